/** The fields of an agent: its form, a conflict and its history read these lists. */
import { type FieldsOf, optionalText, text, trimmed } from "@/lib/fields";
import type { UpdateAgentInput } from "./gql/graphql";

/** Its provider stands beside them: it is chosen, and known by its name. Its settings have a list of
 * their own. */
export const FIELDS = {
  name: text("Name"),
  description: optionalText("Description"),
  modelName: text("Model", trimmed),
  systemPrompt: text("System prompt"),
  userPrompt: optionalText("User prompt"),
} satisfies FieldsOf<Omit<UpdateAgentInput, "providerId" | "modelSettings">>;
