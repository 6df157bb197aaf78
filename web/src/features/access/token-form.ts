/** What the token form holds and sends. */
import type { CreateApiTokenInput, Role } from "./gql/graphql";

export interface TokenValues {
  name: string;
  role: Role;
  lifetime: string;
}

/** From the least that a holder may do to the most. */
export const ROLES: { value: Role; label: string; description: string }[] = [
  { value: "VIEWER", label: "Viewer", description: "Reads everything but access and audit." },
  { value: "OPERATOR", label: "Operator", description: "Also runs, cancels and checks." },
  { value: "EDITOR", label: "Editor", description: "Also changes agents, tasks, assignments." },
  { value: "OWNER", label: "Owner", description: "Also providers, access and audit." },
];

export const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: "never", label: "Never" },
];

const DAY_MS = 86_400_000;

export function emptyToken(): TokenValues {
  return { name: "", role: "OPERATOR", lifetime: "90" };
}

export function expiryOf(lifetime: string, now: number): string | null {
  return lifetime === "never" ? null : new Date(now + Number(lifetime) * DAY_MS).toISOString();
}

export function toInput({ name, role, lifetime }: TokenValues, now: number): CreateApiTokenInput {
  return { name, role, expiresAt: expiryOf(lifetime, now) };
}

export function roleLabel(role: Role): string {
  return ROLES.find(({ value }) => value === role)?.label ?? role;
}
