/** What one revision of an agent changed against the one before it. */
import { type Change, changesOf as changesIn, text } from "@/lib/fields";
import { FIELDS } from "./agent-fields";
import type { AgentRevisionsQuery } from "./gql/graphql";
import { COMPARED, SETTINGS } from "./model-settings";

export type Revision = AgentRevisionsQuery["agentRevisions"]["nodes"][number];

const { name, description, ...others } = FIELDS;
const SHOWN = { name, description, providerName: text("Provider"), ...others };

export function changesOf(revision: Revision, previous: Revision | undefined): Change[] {
  const { modelSettings } = revision;
  return [
    ...changesIn(SHOWN, previous, revision),
    ...(previous
      ? changesIn(COMPARED, previous.modelSettings, modelSettings)
      : changesIn(SETTINGS, undefined, modelSettings)),
  ];
}
