/** What the agent form holds, what it checks, and what it sends. */
import type { AgentFieldsFragment, CreateAgentInput, UpdateAgentInput } from "./gql/graphql";

/** Numbers are kept as they were typed, so that nothing typed is lost. */
export interface AgentValues {
  name: string;
  description: string;
  providerId: string;
  modelName: string;
  systemPrompt: string;
  userPrompt: string;
  temperature: string;
  maxTokens: string;
  timeoutSeconds: string;
  outputRetries: string;
}

export type StoredAgent = Pick<
  AgentFieldsFragment,
  | "id"
  | "name"
  | "description"
  | "modelName"
  | "systemPrompt"
  | "userPrompt"
  | "modelSettings"
  | "revision"
> & { provider: { id: string; name: string } };

export interface Setting {
  field: "temperature" | "maxTokens" | "timeoutSeconds" | "outputRetries";
  label: string;
  /** What holds when nothing is typed. */
  standard: string;
  help: string;
  min: number;
  max?: number;
  isWhole: boolean;
}

export const SETTINGS: readonly Setting[] = [
  {
    field: "temperature",
    label: "Temperature",
    standard: "The vendor’s",
    help: "0 to 2; low repeats itself, high varies.",
    min: 0,
    max: 2,
    isWhole: false,
  },
  {
    field: "maxTokens",
    label: "Most tokens",
    standard: "The vendor’s",
    help: "How long an answer may be.",
    min: 1,
    isWhole: true,
  },
  {
    field: "timeoutSeconds",
    label: "Timeout in seconds",
    standard: "300",
    help: "For a whole run, retries included.",
    min: 1,
    max: 86_400,
    isWhole: true,
  },
  {
    field: "outputRetries",
    label: "Retries",
    standard: "2",
    help: "How often an answer that breaks the schema goes back.",
    min: 0,
    max: 10,
    isWhole: true,
  },
];

export function emptyValues(): AgentValues {
  return {
    name: "",
    description: "",
    providerId: "",
    modelName: "",
    systemPrompt: "",
    userPrompt: "",
    temperature: "",
    maxTokens: "",
    timeoutSeconds: "",
    outputRetries: "",
  };
}

export function valuesOf(agent: StoredAgent): AgentValues {
  const { name, modelName, systemPrompt, modelSettings, provider } = agent;
  const typed = (value: number | null) => (value === null ? "" : String(value));
  return {
    name,
    description: agent.description ?? "",
    providerId: provider.id,
    modelName,
    systemPrompt,
    userPrompt: agent.userPrompt ?? "",
    temperature: typed(modelSettings.temperature),
    maxTokens: typed(modelSettings.maxTokens),
    timeoutSeconds: typed(modelSettings.timeoutSeconds),
    outputRetries: typed(modelSettings.outputRetries),
  };
}

function problemOf({ min, max, isWhole }: Setting, typed: string): string | null {
  if (!typed.trim()) return null;
  const value = Number(typed);
  const isInside = value >= min && (max === undefined || value <= max);
  if (isInside && (!isWhole || Number.isInteger(value))) return null;
  const kind = isWhole ? "A whole number" : "A number";
  return max === undefined
    ? `${kind}, at least ${min}.`
    : `${kind} from ${min} to ${max.toLocaleString("en")}.`;
}

export function check(values: AgentValues): Record<string, string> {
  const problems: Record<string, string> = {};
  if (!values.name.trim()) problems.name = "Give it a name.";
  if (!values.providerId) problems.providerId = "Choose where its model runs.";
  if (!values.modelName.trim()) problems.modelName = "Choose a model, or type its name.";
  if (!values.systemPrompt.trim()) problems.systemPrompt = "Tell the model what to do.";
  for (const setting of SETTINGS) {
    const problem = problemOf(setting, values[setting.field]);
    if (problem) problems[`modelSettings.${setting.field}`] = problem;
  }
  return problems;
}

function numberOf(typed: string): number | null {
  return typed.trim() ? Number(typed) : null;
}

export function toCreateInput(values: AgentValues): CreateAgentInput {
  const { name, providerId, systemPrompt } = values;
  return {
    name,
    providerId,
    systemPrompt,
    modelName: values.modelName.trim(),
    description: values.description.trim() ? values.description : null,
    userPrompt: values.userPrompt.trim() ? values.userPrompt : null,
    modelSettings: Object.fromEntries(
      SETTINGS.map(({ field }) => [field, numberOf(values[field])]),
    ),
  };
}

/** Only what was changed: the rest stays as it is. */
export function toUpdateInput(values: AgentValues, stored: StoredAgent): UpdateAgentInput {
  const before = toCreateInput(valuesOf(stored));
  const after = toCreateInput(values);
  const differs = (key: keyof CreateAgentInput) =>
    JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  const fields = (Object.keys(after) as (keyof CreateAgentInput)[]).filter(
    (key) => key !== "modelSettings" && differs(key),
  );
  const settings = SETTINGS.filter(
    ({ field }) => before.modelSettings?.[field] !== after.modelSettings?.[field],
  ).map(({ field }) => [field, after.modelSettings?.[field]] as const);
  return {
    id: stored.id,
    expectedRevision: stored.revision,
    ...Object.fromEntries(fields.map((key) => [key, after[key]])),
    ...(settings.length ? { modelSettings: Object.fromEntries(settings) } : {}),
  };
}
