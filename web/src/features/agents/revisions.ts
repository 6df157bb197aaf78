/** What one revision of an agent changed against the one before it. */
import type { AgentRevisionsQuery } from "./gql/graphql";
import { SETTINGS } from "./agent-form";

export type Revision = AgentRevisionsQuery["agentRevisions"]["nodes"][number];

export interface Change {
  label: string;
  before: string;
  after: string;
}

function textsOf(revision: Revision): Record<string, string> {
  const settings = SETTINGS.map(({ field, label }) => [
    label,
    String(revision.modelSettings[field] ?? ""),
  ]);
  return {
    Name: revision.name,
    Description: revision.description ?? "",
    Provider: revision.providerName,
    Model: revision.modelName,
    "System prompt": revision.systemPrompt,
    "User prompt": revision.userPrompt ?? "",
    ...(Object.fromEntries(settings) as Record<string, string>),
  };
}

export function changesOf(revision: Revision, previous: Revision | undefined): Change[] {
  const after = textsOf(revision);
  const before = previous ? textsOf(previous) : {};
  return Object.entries(after)
    .map(([label, text]) => ({ label, before: before[label] ?? "", after: text }))
    .filter((change) => change.before !== change.after);
}
