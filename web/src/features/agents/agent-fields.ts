/** The fields of an agent: its form, a conflict and its history read these lists. */
import {
  type Field,
  type FieldsOf,
  optionalNumber,
  optionalText,
  text,
  trimmed,
} from "@/lib/fields";
import type { ModelSettingsInput, UpdateAgentInput } from "./gql/graphql";

/** Its provider stands beside them: it is chosen, and known by its name. */
export const FIELDS = {
  name: text("Name"),
  description: optionalText("Description"),
  modelName: text("Model", trimmed),
  systemPrompt: text("System prompt"),
  userPrompt: optionalText("User prompt"),
} satisfies FieldsOf<Omit<UpdateAgentInput, "providerId" | "modelSettings">>;

type Name = keyof ModelSettingsInput;

export interface Setting extends Field<number | null, string, number | null> {
  /** What holds when nothing is typed. */
  standard: string;
  help: string;
  min: number;
  max?: number;
  isWhole: boolean;
}

export const SETTINGS = {
  temperature: {
    ...optionalNumber("Temperature"),
    standard: "The vendor’s",
    help: "0 to 2; low repeats itself, high varies.",
    min: 0,
    max: 2,
    isWhole: false,
  },
  maxTokens: {
    ...optionalNumber("Most tokens"),
    standard: "The vendor’s",
    help: "How long an answer may be.",
    min: 1,
    isWhole: true,
  },
  timeoutSeconds: {
    ...optionalNumber("Timeout in seconds"),
    standard: "300",
    help: "For a whole run, retries included.",
    min: 1,
    max: 86_400,
    isWhole: true,
  },
  outputRetries: {
    ...optionalNumber("Retries"),
    standard: "2",
    help: "How often an answer that breaks the schema goes back.",
    min: 0,
    max: 10,
    isWhole: true,
  },
} satisfies Record<Name, Setting>;
