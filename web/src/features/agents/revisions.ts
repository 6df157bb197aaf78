/** What one revision of an agent changed against the one before it. */
import { type Change, changesOf as changesIn, text } from "@/lib/fields";
import { FIELDS, SETTINGS } from "./agent-fields";
import type { AgentRevisionsQuery } from "./gql/graphql";

export type Revision = AgentRevisionsQuery["agentRevisions"]["nodes"][number];

const { name, description, ...others } = FIELDS;
const SHOWN = { name, description, providerName: text("Provider"), ...others, ...SETTINGS };

function shown({ modelSettings, ...revision }: Revision) {
  return { ...revision, ...modelSettings };
}

export function changesOf(revision: Revision, previous: Revision | undefined): Change[] {
  return changesIn(SHOWN, previous && shown(previous), shown(revision));
}
