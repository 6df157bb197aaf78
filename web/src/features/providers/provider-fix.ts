/** The address that a check found to be the right one. */
import type { ProviderFieldsFragment } from "./gql/graphql";

type Fixable = Pick<ProviderFieldsFragment, "baseUrl" | "validationFix">;

export interface Fix {
  label: string;
  baseUrl: string;
}

/** Null where there is none, or where the stored key would not go along: it belongs to its origin. */
export function fixOf({ baseUrl, validationFix }: Fixable): Fix | null {
  if (!validationFix?.baseUrl || !baseUrl) return null;
  const { label, baseUrl: right } = validationFix;
  return isSameOrigin(baseUrl, right) ? { label, baseUrl: right } : null;
}

function isSameOrigin(one: string, other: string): boolean {
  try {
    const { protocol, host } = new URL(one);
    const there = new URL(other);
    return protocol === there.protocol && host === there.host;
  } catch {
    return false;
  }
}
