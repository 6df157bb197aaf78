import { expect, it } from "vitest";
import type { InstanceFieldsFragment } from "./gql/graphql";
import { byWorker, outdated } from "./instances";

function instance(changes: Partial<InstanceFieldsFragment>): InstanceFieldsFragment {
  return {
    id: "i1",
    worker: "w1",
    agentRevision: 2,
    taskRevision: 1,
    createdAt: "2026-01-01T00:00:00Z",
    lastUsedAt: "2026-01-01T00:00:00Z",
    useCount: 1,
    runningCount: 0,
    assignment: {
      id: "s1",
      agentName: "A",
      taskName: "T",
      isActive: true,
      agent: { id: "a1", name: "A", revision: 2 },
      task: { id: "t1", name: "T", revision: 1 },
    },
    ...changes,
  };
}

it("S2: groups by worker, what was used last first", () => {
  const workers = byWorker([
    instance({ id: "old", runningCount: 1 }),
    instance({ id: "other", worker: "w0" }),
    instance({ id: "new", lastUsedAt: "2026-01-02T00:00:00Z", runningCount: 2 }),
  ]);
  expect(workers.map(({ name, running }) => [name, running])).toEqual([
    ["w0", 0],
    ["w1", 3],
  ]);
  expect(workers[1]?.instances.map(({ id }) => id)).toEqual(["new", "old"]);
});

it("says why new runs take another instance", () => {
  const { assignment } = instance({});
  expect(outdated(instance({}))).toBeNull();
  expect(outdated(instance({ agentRevision: 1 }))).toContain("agent has a newer");
  expect(outdated(instance({ taskRevision: 0 }))).toContain("task has a newer");
  expect(outdated(instance({ assignment: { ...assignment, isActive: false } }))).toContain(
    "unassigned",
  );
  expect(outdated(instance({ assignment: { ...assignment, agent: null } }))).toContain("deleted");
});
