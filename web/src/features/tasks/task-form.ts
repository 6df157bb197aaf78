/** What the task form checks and sends, and where the server's refusals go. */
import * as fields from "@/lib/fields";
import type { Failure } from "@/lib/outcome";
import type { CreateTaskInput, TaskFieldsFragment, UpdateTaskInput } from "./gql/graphql";
import { FIELDS } from "./task-fields";

export type TaskValues = fields.Values<typeof FIELDS>;
export type StoredTask = Pick<TaskFieldsFragment, "id" | "revision" | keyof TaskValues>;

export function valuesOf(task: StoredTask): TaskValues {
  return fields.valuesOf(FIELDS, task);
}

export function check(values: TaskValues): Record<string, string> {
  const problems: Record<string, string> = {};
  if (!values.name.trim()) problems.name = "Give it a name.";
  if (values.responseSchema === FIELDS.responseSchema.empty) {
    problems.responseSchema = "Add at least one field: it is what the agent answers with.";
  }
  return problems;
}

/** What is not given is left out. */
export function toCreateInput(values: TaskValues): CreateTaskInput {
  const { name, responseSchema, ...others } = fields.inputOf(FIELDS, values);
  const given = Object.entries(others).filter(([, value]) => value !== null);
  return { name, responseSchema, ...Object.fromEntries(given) };
}

/** Only what was changed: a schema that nobody touched is not even sent. */
export function toUpdateInput(values: TaskValues, stored: StoredTask): UpdateTaskInput {
  return {
    id: stored.id,
    expectedRevision: stored.revision,
    ...fields.changedInput(FIELDS, values, valuesOf(stored)),
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
