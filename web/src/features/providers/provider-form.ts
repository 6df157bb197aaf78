/** What the provider form asks for by type, what it checks, and what it sends. */
import type { CreateProviderInput, ProviderType, UpdateProviderInput } from "./gql/graphql";

export interface ProviderValues {
  name: string;
  type: ProviderType;
  baseUrl: string;
  apiKey: string;
  /** The stored key is to be removed. */
  forgetsKey: boolean;
}

export interface StoredProvider {
  id: string;
  name: string;
  type: ProviderType;
  baseUrl?: string | null;
  apiKeyHint?: string | null;
  revision: number;
}

interface Kind {
  label: string;
  help: string;
  takesAddress: boolean;
  key: "needed" | "optional" | "none";
  address: string;
}

export const KINDS: Record<ProviderType, Kind> = {
  OLLAMA: {
    label: "Ollama",
    help: "Models on your own machine or network.",
    takesAddress: true,
    key: "none",
    address: "http://localhost:11434",
  },
  OPENAI: {
    label: "OpenAI",
    help: "OpenAI’s models, by key.",
    takesAddress: false,
    key: "needed",
    address: "",
  },
  OPENAI_COMPATIBLE: {
    label: "OpenAI-compatible",
    help: "Anything that speaks OpenAI’s API: vLLM, llama.cpp, LM Studio, a gateway.",
    takesAddress: true,
    key: "optional",
    address: "http://localhost:8080/v1",
  },
};

export function emptyValues(): ProviderValues {
  return { name: "", type: "OLLAMA", baseUrl: "", apiKey: "", forgetsKey: false };
}

export function valuesOf(provider: StoredProvider): ProviderValues {
  const { name, type } = provider;
  return { name, type, baseUrl: provider.baseUrl ?? "", apiKey: "", forgetsKey: false };
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address;
}

/** A key belongs to the address it was typed for. */
export function asksKeyAgain(values: ProviderValues, stored: StoredProvider | null): boolean {
  if (!stored?.apiKeyHint || values.forgetsKey) return false;
  return originOf(values.baseUrl.trim()) !== originOf(stored.baseUrl ?? "");
}

export function check(
  values: ProviderValues,
  stored: StoredProvider | null,
): Record<string, string> {
  const problems: Record<string, string> = {};
  const kind = KINDS[values.type];
  const address = values.baseUrl.trim();
  if (!values.name.trim()) problems.name = "Give it a name.";
  if (kind.takesAddress && !/^https?:\/\/\S+$/i.test(address)) {
    problems.baseUrl = address
      ? "An address begins with http:// or https://."
      : `Give its address, such as ${kind.address}.`;
  }
  if (!values.apiKey) {
    if (kind.key === "needed" && !stored) problems.apiKey = "Paste its key.";
    if (asksKeyAgain(values, stored)) {
      problems.apiKey = "The address is another one now: type the key again, or remove it.";
    }
  }
  return problems;
}

export function toCreateInput(values: ProviderValues): CreateProviderInput {
  const kind = KINDS[values.type];
  return {
    name: values.name,
    type: values.type,
    ...(kind.takesAddress ? { baseUrl: values.baseUrl.trim() } : {}),
    ...(kind.key !== "none" && values.apiKey ? { apiKey: values.apiKey } : {}),
  };
}

/** Only what was changed: the rest stays as it is. */
export function toUpdateInput(values: ProviderValues, stored: StoredProvider): UpdateProviderInput {
  const address = values.baseUrl.trim();
  return {
    id: stored.id,
    expectedRevision: stored.revision,
    ...(values.name === stored.name ? {} : { name: values.name }),
    ...(address === (stored.baseUrl ?? "") ? {} : { baseUrl: address }),
    ...(values.forgetsKey ? { apiKey: null } : values.apiKey ? { apiKey: values.apiKey } : {}),
  };
}
