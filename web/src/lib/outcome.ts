/** What became of a mutation: its payload, or what to tell beside which field. */
import type { CombinedError, OperationResult } from "@urql/core";

interface Member {
  __typename: string;
}

type PayloadOf<Union> = Extract<Union, { __typename: `${string}Payload` }>;

export interface Failure {
  /** The name of the union's member, or "Request" when the server gave no such answer. */
  kind: string;
  message: string;
  /** By the path of the input's field, joined by dots. */
  fields: Record<string, string>;
  currentRevision?: number;
}

/** Whether it worked, whatever came of it. */
export type Done = { ok: true } | { ok: false; failure: Failure };

export type Outcome<Union> =
  { ok: true; payload: PayloadOf<Union> } | { ok: false; failure: Failure };

interface Refused {
  __typename: string;
  message?: string;
  issues?: { path: string[]; message: string }[];
  path?: string[];
  currentRevision?: number;
}

/** The union's members may select `message`, `issues { path message }`, `path` and
 * `currentRevision`; each of them is used where it is there. */
export function readOutcome<Data extends object, Key extends keyof Data>(
  result: Pick<OperationResult<Data>, "data" | "error">,
  field: Key,
): Outcome<Data[Key]> {
  const member = result.data?.[field] as (Member & Refused) | null | undefined;
  if (!member) return { ok: false, failure: requestFailure(result.error) };
  if (member.__typename.endsWith("Payload")) {
    return { ok: true, payload: member as unknown as PayloadOf<Data[Key]> };
  }
  return { ok: false, failure: toFailure(member) };
}

function toFailure(refused: Refused): Failure {
  const fields: Record<string, string> = {};
  const message = refused.message ?? "The server refused this.";
  if (refused.__typename === "NameTakenError") fields.name = message;
  if (refused.path?.length) fields[refused.path.join(".")] = message;
  for (const issue of refused.issues ?? []) fields[issue.path.join(".")] ??= issue.message;
  return {
    kind: refused.__typename,
    message,
    fields,
    ...(refused.currentRevision === undefined ? {} : { currentRevision: refused.currentRevision }),
  };
}

export function requestFailure(error: CombinedError | undefined): Failure {
  return { kind: "Request", message: errorText(error), fields: {} };
}

export function errorText(error: CombinedError | undefined): string {
  if (error?.networkError) {
    return "Rota does not answer, so it is not known whether this was done. Check that it runs, then try again.";
  }
  return error?.graphQLErrors[0]?.message ?? "Rota gave no answer. Try again.";
}
