/** The fields of a provider: its form and a conflict read this list; and which of them each type
 * has. */
import { type FieldsOf, optionalText, text, trimmed } from "@/lib/fields";
import type { ProviderType, UpdateProviderInput } from "./gql/graphql";

/** Its key stands beside them: it is typed, and never shown again. */
export const FIELDS = {
  name: text("Name"),
  baseUrl: optionalText("Address", trimmed),
} satisfies FieldsOf<Omit<UpdateProviderInput, "apiKey" | "isActive">>;

interface Kind {
  label: string;
  help: string;
  /** What the address looks like that is to be typed; null: it is the vendor's own. */
  address: string | null;
  key: "needed" | "optional" | "none";
}

export const KINDS: Record<ProviderType, Kind> = {
  OLLAMA: {
    label: "Ollama",
    help: "Models on your own machine or network.",
    address: "http://localhost:11434",
    key: "none",
  },
  OPENAI: {
    label: "OpenAI",
    help: "OpenAI’s models, by key.",
    address: null,
    key: "needed",
  },
  OPENAI_COMPATIBLE: {
    label: "OpenAI-compatible",
    help: "Anything that speaks OpenAI’s API: vLLM, llama.cpp, LM Studio, a gateway.",
    address: "http://localhost:8080/v1",
    key: "optional",
  },
};

interface Addressed {
  type: ProviderType;
  baseUrl?: string | null;
}

export function addressOf({ type, baseUrl }: Addressed): string {
  return baseUrl ?? `${KINDS[type].label}’s own`;
}
