/** Creates or updates a task, its schemas sent with their keys in order. */
import { exactly } from "@/lib/exact-json";
import { client } from "@/lib/client";
import { readOutcome } from "@/lib/outcome";
import {
  CreateTaskDocument,
  type CreateTaskInput,
  type TaskFieldsFragment,
  UpdateTaskDocument,
  type UpdateTaskInput,
} from "./gql/graphql";
import type { Refusal } from "./task-form";

interface Answer {
  task?: TaskFieldsFragment;
  issues?: Refusal["issues"];
}

export type Saved = { task: TaskFieldsFragment } | { refusal: Refusal };

export async function createTask(input: CreateTaskInput): Promise<Saved> {
  const { variables, context } = exactly({ input });
  const result = await client.value.mutation(CreateTaskDocument, variables, context).toPromise();
  return read(readOutcome(result, "createTask"), result.data?.createTask);
}

export async function updateTask(input: UpdateTaskInput): Promise<Saved> {
  const { variables, context } = exactly({ input });
  const result = await client.value.mutation(UpdateTaskDocument, variables, context).toPromise();
  return read(readOutcome(result, "updateTask"), result.data?.updateTask);
}

function read(
  outcome: { ok: true } | { ok: false; failure: Omit<Refusal, "issues"> },
  answer: object | undefined,
): Saved {
  const member = answer as Answer | undefined;
  if (!outcome.ok) return { refusal: { ...outcome.failure, issues: member?.issues ?? [] } };
  if (!member?.task) throw new Error("A task was saved, and the answer does not tell it.");
  return { task: member.task };
}
