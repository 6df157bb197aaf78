/** What the task form checks and sends, and where the server's refusals go. */
import type { CreateTaskInput, TaskFieldsFragment, UpdateTaskInput } from "./gql/graphql";
import type { Failure } from "@/lib/outcome";

export type StoredTask = Pick<
  TaskFieldsFragment,
  "id" | "name" | "description" | "requestSchema" | "responseSchema" | "revision"
>;

export interface TaskValues {
  name: string;
  description: string;
  /** As JSON text, for the order of keys counts; null: the input is free text. */
  request: string | null;
  response: string;
}

export const NO_FIELDS = '{"type":"object","properties":{}}';

export function valuesOf(task: StoredTask): TaskValues {
  const { name, description, requestSchema, responseSchema } = task;
  return {
    name,
    description: description ?? "",
    request: requestSchema ? JSON.stringify(requestSchema) : null,
    response: JSON.stringify(responseSchema),
  };
}

export function check(values: TaskValues): Record<string, string> {
  const problems: Record<string, string> = {};
  if (!values.name.trim()) problems.name = "Give it a name.";
  if (values.response === NO_FIELDS) {
    problems.responseSchema = "Add at least one field: it is what the agent answers with.";
  }
  return problems;
}

export function toCreateInput(values: TaskValues): CreateTaskInput {
  const description = values.description.trim();
  return {
    name: values.name,
    ...(description ? { description } : {}),
    ...(values.request ? { requestSchema: JSON.parse(values.request) as unknown } : {}),
    responseSchema: JSON.parse(values.response) as unknown,
  };
}

/** Only what was changed: a schema that nobody touched is not even sent. */
export function toUpdateInput(values: TaskValues, stored: StoredTask): UpdateTaskInput {
  const before = valuesOf(stored);
  const description = values.description.trim();
  return {
    id: stored.id,
    expectedRevision: stored.revision,
    ...(values.name === before.name ? {} : { name: values.name }),
    ...(description === before.description.trim() ? {} : { description: description || null }),
    ...(values.request === before.request
      ? {}
      : { requestSchema: values.request ? (JSON.parse(values.request) as unknown) : null }),
    ...(values.response === before.response
      ? {}
      : { responseSchema: JSON.parse(values.response) as unknown }),
  };
}

export interface Refusal extends Failure {
  issues: { path: string[]; message: string }[];
}

/** The issues of one schema, from the schema's root. */
export function issuesOf(refusal: Refusal | null, field: "requestSchema" | "responseSchema") {
  return (refusal?.issues ?? [])
    .filter(({ path }) => path[0] === field)
    .map(({ path, message }) => ({ path: path.slice(1), message }));
}
