import { expect, it } from "vitest";
import type { LocationQuery } from "vue-router";
import type { RunRowFragment } from "./gql/graphql";
import { fromQuery, isAny, isWanted, toQuery, toVariables } from "./filters";
import { isNews } from "./useRunsTable";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const run = {
  id: "05",
  status: "FAILED",
  agentId: "a",
  taskId: "t",
  queuedAt: "2026-11-23T11:00:00Z",
  assignment: { id: "s" },
} as RunRowFragment;

it.each([
  {},
  { status: "failed" },
  { status: "queued,running", agent: "a", task: "t", assignment: "s", since: "24h" },
  { after: "2026-11-20T00:00:00.000Z", before: "2026-11-21T00:00:00.000Z" },
])("an address %o stays as it is", (query) => {
  expect(toQuery(fromQuery(query as LocationQuery))).toEqual(query);
});

it("leaves out what an address says wrongly", () => {
  const filters = fromQuery({ status: "odd", since: "year", after: "soon", agent: "" });
  expect(isAny(filters)).toBe(true);
});

it("asks for a span as the moment it began", () => {
  const asked = toVariables(fromQuery({ since: "1h", status: "failed" }), NOW);
  expect(asked).toMatchObject({
    queuedAfter: "2026-11-23T11:00:00.000Z",
    queuedBefore: null,
    statuses: ["FAILED"],
  });
});

it.each([
  [{}, true],
  [{ status: "failed,running" }, true],
  [{ status: "running" }, false],
  [{ agent: "b" }, false],
  [{ assignment: "s", task: "t", agent: "a" }, true],
  [{ after: "2026-11-23T11:30:00Z" }, false],
])("of %o, the run is wanted: %s", (query, wanted) => {
  expect(isWanted(run, fromQuery(query))).toBe(wanted);
});

const shown = (oldest: string | null, ids: string[] = []) => ({
  newest: null,
  oldest,
  has: (id: string) => ids.includes(id),
});

it.each([
  ["a new one", {}, true, shown("03"), true],
  ["one that is shown already", {}, true, shown("03", ["05"]), false],
  ["an old one that only changed", {}, false, shown("03"), false],
  ["one that came in by its status", { status: "failed" }, false, shown("03"), true],
  ["one further down than what is loaded", { status: "failed" }, false, shown("07"), false],
  ["one that is not wanted", { status: "running" }, true, shown(null), false],
] as const)("counts as news: %s", (_name, query, isNew, list, news) => {
  expect(isNews(run, isNew, fromQuery(query), list)).toBe(news);
});
