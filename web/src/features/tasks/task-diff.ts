/** A revision of a task as text, so that two can be compared line by line. */
import type { TaskRevisionsQuery } from "./gql/graphql";

export type Revision = TaskRevisionsQuery["taskRevisions"]["nodes"][number];

export interface Section {
  label: string;
  before: string;
  after: string;
}

export function textsOf(revision: Revision | undefined): Record<string, string> {
  if (!revision) return {};
  const { name, description, requestSchema, responseSchema } = revision;
  return {
    Name: name,
    Description: description ?? "",
    Request: requestSchema ? JSON.stringify(requestSchema, null, 2) : "Free text",
    Response: JSON.stringify(responseSchema, null, 2),
  };
}

/** What differs; of the first revision everything that it has. */
export function changedSections(before: Revision | undefined, after: Revision): Section[] {
  const old = textsOf(before);
  return Object.entries(textsOf(after))
    .map(([label, text]) => ({ label, before: old[label] ?? "", after: text }))
    .filter((section) => section.before !== section.after);
}
