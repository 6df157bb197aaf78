/** What a mutation or a change seen by subscription means for the lists in the cache. The fields of
 * the thing itself need nothing: they are written by its id. */
import type { Cache, UpdateResolver, UpdatesConfig } from "@urql/exchange-graphcache";

interface Change {
  kind: "CREATED" | "UPDATED" | "DELETED" | "VALIDATION_UPDATED";
  id: string;
  assignment?: { isActive?: boolean } | null;
}

// Runs arrive by the hundred: their table says "12 new" instead of asking again.
const LISTS: Partial<Record<string, string[]>> = {
  providerChanged: ["providers"],
  agentChanged: ["agents"],
  taskChanged: ["tasks"],
  // Also where it hangs on its agent and its task.
  assignmentChanged: ["assignments", "agent", "agents", "task", "tasks"],
  auditEntryAdded: ["auditEntries"],
};

/** The lists of the API that what a subscription told has made longer or shorter. */
export function listsChanged(field: string, told: unknown): string[] {
  const { kind, assignment, action = "" } = told as Partial<Change> & { action?: string };
  if (field === "auditEntryAdded" && /^(token|session)\./.test(action)) {
    return ["auditEntries", "apiTokens", "sessions"];
  }
  const isListed = kind === "UPDATED" || kind === "VALIDATION_UPDATED";
  if (isListed && assignment?.isActive !== false) return [];
  return LISTS[field] ?? [];
}

/** Every page and filter of a list of the API is asked again. */
function forgetLists(cache: Cache, lists: string[]): void {
  for (const { fieldName, arguments: args } of cache.inspectFields("Query")) {
    if (lists.includes(fieldName)) cache.invalidate("Query", fieldName, args);
  }
}

function changed(field: string, typename: string): UpdateResolver {
  return (result, _args, cache) => {
    const change = result[field] as Change;
    if (change.kind === "DELETED") cache.invalidate({ __typename: typename, id: change.id });
    forgetLists(cache, listsChanged(field, change));
  };
}

function done(...lists: string[]): UpdateResolver {
  return (_result, _args, cache) => {
    forgetLists(cache, lists);
  };
}

function removed(field: string, typename: string, ...lists: string[]): UpdateResolver {
  return (result, _args, cache) => {
    const { deletedId } = result[field] as { deletedId?: string | null };
    if (!deletedId) return;
    cache.invalidate({ __typename: typename, id: deletedId });
    forgetLists(cache, lists);
  };
}

/** An assignment shows in the lists of its agent and of its task too. */
function assigned(field: string): UpdateResolver {
  return (result, _args, cache, { optimistic }) => {
    const { kind, assignment } = result[field] as Partial<Change> & {
      assignment?: { id: string; isActive?: boolean } | null;
    };
    if (!assignment || (kind === "UPDATED" && assignment.isActive)) return;
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
}

export const updates: UpdatesConfig = {
  Subscription: {
    providerChanged: changed("providerChanged", "Provider"),
    agentChanged: changed("agentChanged", "Agent"),
    taskChanged: changed("taskChanged", "Task"),
    assignmentChanged: assigned("assignmentChanged"),
    agentInstancesChanged: (result, _args, cache) => {
      cache.link("Query", "agentInstances", result.agentInstancesChanged as never);
    },
    auditEntryAdded: (result, _args, cache) => {
      forgetLists(cache, listsChanged("auditEntryAdded", result.auditEntryAdded));
    },
    runChanged: changed("runChanged", "Run"),
  },
  Mutation: {
    createProvider: done("providers"),
    deleteProvider: removed("deleteProvider", "Provider", "providers"),
    createAgent: done("agents"),
    deleteAgent: removed("deleteAgent", "Agent", "agents", "assignments"),
    createTask: done("tasks"),
    deleteTask: removed("deleteTask", "Task", "tasks"),
    assignTask: assigned("assignTask"),
    unassignTask: assigned("unassignTask"),
    // Whether anything has run.
    runTask: (_result, _args, cache) => {
      cache.invalidate("Query", "runs", { first: 1 });
    },
    createApiToken: done("apiTokens"),
    revokeApiToken: removed("revokeApiToken", "ApiToken", "apiTokens", "sessions"),
    revokeSession: removed("revokeSession", "Session", "sessions"),
  },
};
