/** What the provider form holds, what it checks, and what it sends. */
import * as fields from "@/lib/fields";
import type {
  CreateProviderInput,
  ProviderFieldsFragment,
  ProviderType,
  UpdateProviderInput,
} from "./gql/graphql";
import { FIELDS, KINDS } from "./provider-fields";

export interface ProviderValues extends fields.Values<typeof FIELDS> {
  type: ProviderType;
  apiKey: string;
  /** The stored key is to be removed. */
  forgetsKey: boolean;
}

export type StoredProvider = Pick<
  ProviderFieldsFragment,
  "id" | "type" | "apiKeyHint" | "revision" | keyof typeof FIELDS
>;

export function emptyValues(): ProviderValues {
  return { ...fields.emptyValues(FIELDS), type: "OLLAMA", apiKey: "", forgetsKey: false };
}

export function valuesOf(provider: StoredProvider): ProviderValues {
  const { type } = provider;
  return { ...fields.valuesOf(FIELDS, provider), type, apiKey: "", forgetsKey: false };
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
  if (kind.address && !/^https?:\/\/\S+$/i.test(address)) {
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
  const { address, key } = KINDS[values.type];
  const { name, baseUrl } = fields.inputOf(FIELDS, values);
  return {
    name,
    type: values.type,
    ...(address ? { baseUrl } : {}),
    ...(key !== "none" && values.apiKey ? { apiKey: values.apiKey } : {}),
  };
}

/** Only what was changed: the rest stays as it is. */
export function toUpdateInput(values: ProviderValues, stored: StoredProvider): UpdateProviderInput {
  return {
    id: stored.id,
    expectedRevision: stored.revision,
    ...fields.changedInput(FIELDS, values, valuesOf(stored)),
    ...(values.forgetsKey ? { apiKey: null } : values.apiKey ? { apiKey: values.apiKey } : {}),
  };
}
