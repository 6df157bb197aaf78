/** What a run was sent and heard, as a person reads it. */
import type { RunRequestsQuery } from "./gql/graphql";

export type RunRequest = NonNullable<RunRequestsQuery["run"]>["requests"][number];

export interface Message {
  role: string;
  text: string;
  /** What else there is beside its role and text, such as calls of a tool. */
  others: Record<string, unknown> | null;
  /** Says what was wrong with the answer before it. */
  isCorrection: boolean;
  /** The request before had it, too. */
  isKnown: boolean;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(messages: unknown): unknown[] {
  return Array.isArray(messages) ? messages : [messages];
}

/** A request's messages; whatever a message may be, all of it is told. */
export function messagesOf(request: RunRequest, previous?: RunRequest): Message[] {
  const before = previous ? listOf(previous.messages) : [];
  let isAnswered = false;
  return listOf(request.messages).map((message, at) => {
    const { role, content, ...others } = isObject(message)
      ? message
      : { role: "message", content: message };
    const isAnswer = role === "assistant";
    const isCorrection = isAnswered && !isAnswer && role !== "system";
    isAnswered ||= isAnswer;
    return {
      role: typeof role === "string" ? role : "message",
      text: textOf(content),
      others: Object.keys(others).length ? others : null,
      isCorrection,
      isKnown: at in before && JSON.stringify(before[at]) === JSON.stringify(message),
    };
  });
}

function textOf(content: unknown): string {
  if (content === null || content === undefined) return "";
  return typeof content === "string" ? content : JSON.stringify(content, null, 2);
}

function between(begin: string, end: string | null): number | null {
  return end === null ? null : Math.max(0, Date.parse(end) - Date.parse(begin));
}

/** In milliseconds; null: that has not come, or was not told. */
export function timesOf({ startedAt, firstTokenAt, finishedAt }: RunRequest) {
  return { first: between(startedAt, firstTokenAt), all: between(startedAt, finishedAt) };
}

/** The whole of it, to be handed on. */
export function asJson(request: RunRequest): string {
  // What the client notes for itself is not of the request; messages and schema stay as they are.
  const told = {
    ...request,
    __typename: undefined,
    issues: request.issues.map(({ path, message }) => ({ path, message })),
  };
  return JSON.stringify(told, null, 2);
}
