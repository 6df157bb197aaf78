/** What the cache keeps of assignments, which also hang on their agent and on their task. */
import type { UpdateResolver } from "@urql/exchange-graphcache";
import type { CachePart } from "@/lib/cache";
import { type Change, forgetLists } from "@/lib/cache-updates";

interface Assigned extends Partial<Change> {
  assignment?: { id: string; isActive?: boolean } | null;
}

/** One that goes on as it was is in the same lists as before. */
const staysListed = ({ kind, assignment }: Assigned) =>
  kind === "UPDATED" && assignment?.isActive !== false;

const assigned: UpdateResolver = (result, _args, cache, { fieldName, optimistic }) => {
  const told = result[fieldName] as Assigned;
  const { assignment } = told;
  if (!assignment || staysListed(told)) return;
  const key = cache.keyOfEntity({ __typename: "Assignment", id: assignment.id });
  for (const side of ["agent", "task"]) {
    const owner = key && cache.resolve(key, side);
    const listed = typeof owner === "string" && cache.resolve(owner, "assignments");
    if (!Array.isArray(listed)) continue;
    const others = (listed as string[]).filter((one) => one !== key);
    if (!assignment.isActive) cache.link(owner as string, "assignments", others);
    else if (others.length === listed.length) cache.invalidate(owner as string, "assignments");
  }
  // What is only expected is no reason to ask.
  if (!optimistic) forgetLists(cache, ["assignments"]);
};

export const cache: CachePart = {
  identified: ["Assignment"],
  byId: { assignment: "Assignment" },
  subscriptions: {
    assignmentChanged: {
      lists: (told) =>
        staysListed(told) ? [] : ["assignments", "agent", "agents", "task", "tasks"],
      update: assigned,
    },
  },
  mutations: { assignTask: assigned, unassignTask: assigned },
  optimistic: {
    unassignTask: (args) => {
      const { assignmentId } = args.input as { assignmentId: string };
      const assignment = { __typename: "Assignment", id: assignmentId, isActive: false };
      return { __typename: "UnassignTaskPayload", assignment };
    },
  },
};
