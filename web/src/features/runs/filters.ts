/** Which runs a table shows: as the address says it, as the API wants it. */
import type { LocationQuery, LocationQueryRaw } from "vue-router";
import type { RunRowFragment, RunStatus } from "./gql/graphql";

export const STATUSES = [
  "QUEUED",
  "RUNNING",
  "CANCELLING",
  "SUCCEEDED",
  "FAILED",
  "CANCELLED",
] as const satisfies RunStatus[];

export const SPANS = {
  "1h": { label: "Last hour", length: 3_600_000 },
  "24h": { label: "Last 24 hours", length: 86_400_000 },
  "7d": { label: "Last 7 days", length: 604_800_000 },
} as const;
export type Span = keyof typeof SPANS;

export interface Filters {
  statuses: RunStatus[];
  agent: string | null;
  task: string | null;
  assignment: string | null;
  since: Span | null;
  /** Exact moments; they go before `since`. */
  after: string | null;
  before: string | null;
}

function one(value: LocationQuery[string] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) || null;
}

function moment(value: string | null): string | null {
  if (!value) return null;
  const time = Date.parse(value);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

export function fromQuery(query: LocationQuery): Filters {
  const asked = (one(query.status) ?? "").toUpperCase().split(",");
  const since = one(query.since);
  return {
    statuses: STATUSES.filter((status) => asked.includes(status)),
    agent: one(query.agent),
    task: one(query.task),
    assignment: one(query.assignment),
    since: since && since in SPANS ? (since as Span) : null,
    after: moment(one(query.after)),
    before: moment(one(query.before)),
  };
}

export function toQuery(filters: Filters): LocationQueryRaw {
  const { statuses, ...rest } = filters;
  const given = Object.entries(rest).filter(([, value]) => value !== null);
  return {
    ...(statuses.length ? { status: statuses.join(",").toLowerCase() } : {}),
    ...Object.fromEntries(given),
  };
}

export function isAny(filters: Filters): boolean {
  return Object.keys(toQuery(filters)).length === 0;
}

export function toVariables(filters: Filters, now: number) {
  const { statuses, agent, task, assignment, since, after, before } = filters;
  const begin = since ? new Date(now - SPANS[since].length).toISOString() : null;
  return {
    first: 100,
    statuses: statuses.length ? statuses : null,
    agentId: agent,
    taskId: task,
    assignmentId: assignment,
    queuedAfter: after ?? begin,
    queuedBefore: before,
  };
}

export function isWanted(run: RunRowFragment, filters: Filters): boolean {
  const { statuses, agent, task, assignment, after, before } = filters;
  const queued = Date.parse(run.queuedAt);
  return (
    (!statuses.length || statuses.includes(run.status)) &&
    (!agent || run.agentId === agent) &&
    (!task || run.taskId === task) &&
    (!assignment || run.assignment.id === assignment) &&
    (!after || queued > Date.parse(after)) &&
    (!before || queued < Date.parse(before))
  );
}
