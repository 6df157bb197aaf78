/** What the agent form holds, what it checks, and what it sends. */
import * as fields from "@/lib/fields";
import { FIELDS } from "./agent-fields";
import type { AgentFieldsFragment, CreateAgentInput, UpdateAgentInput } from "./gql/graphql";
import { COMPARED, SETTINGS } from "./model-settings";
import { problemsOf } from "./settings-issues";

/** Kept as it was typed, so that nothing typed is lost. */
export type AgentValues = fields.Values<typeof FIELDS> &
  fields.Values<typeof SETTINGS> & { providerId: string };

export type StoredAgent = Pick<
  AgentFieldsFragment,
  "id" | "revision" | "modelSettings" | keyof typeof FIELDS
> & { provider: { id: string; name: string } };

export function emptyValues(): AgentValues {
  return { ...fields.emptyValues(FIELDS), ...fields.emptyValues(SETTINGS), providerId: "" };
}

export function valuesOf(agent: StoredAgent): AgentValues {
  return {
    ...fields.valuesOf(FIELDS, agent),
    ...fields.valuesOf(SETTINGS, agent.modelSettings),
    providerId: agent.provider.id,
  };
}

/** Two versions of the form, field by field. */
export function rowsOf(mine: AgentValues, theirs: StoredAgent) {
  const rows = fields.rowsOf({ ...FIELDS, ...COMPARED }, mine, valuesOf(theirs));
  const { id, name } = theirs.provider;
  if (mine.providerId === id) return rows;
  return [...rows, { label: "Provider", mine: "Another one", theirs: name }];
}

export function check(values: AgentValues): Record<string, string> {
  const problems: Record<string, string> = {};
  if (!values.name.trim()) problems.name = "Give it a name.";
  if (!values.providerId) problems.providerId = "Choose where its model runs.";
  if (!values.modelName.trim()) problems.modelName = "Choose a model, or type its name.";
  if (!values.systemPrompt.trim()) problems.systemPrompt = "Tell the model what to do.";
  for (const [name, problem] of Object.entries(problemsOf(values))) {
    problems[`modelSettings.${name}`] = problem;
  }
  return problems;
}

export function toCreateInput(values: AgentValues): CreateAgentInput {
  return {
    ...fields.inputOf(FIELDS, values),
    providerId: values.providerId,
    modelSettings: fields.inputOf(SETTINGS, values),
  };
}

/** Only what was changed: the rest stays as it is. */
export function toUpdateInput(values: AgentValues, stored: StoredAgent): UpdateAgentInput {
  const before = valuesOf(stored);
  const settings = fields.changedInput(SETTINGS, values, before);
  return {
    id: stored.id,
    expectedRevision: stored.revision,
    ...fields.changedInput(FIELDS, values, before),
    ...(values.providerId === before.providerId ? {} : { providerId: values.providerId }),
    ...(Object.keys(settings).length ? { modelSettings: settings } : {}),
  };
}
