/** What a mutation or a change seen by subscription means for the lists in the cache. The fields of
 * the thing itself need nothing: they are written by its id. */
import type { Cache, UpdateResolver, UpdatesConfig } from "@urql/exchange-graphcache";

interface Change {
  kind: "CREATED" | "UPDATED" | "DELETED" | "VALIDATION_UPDATED";
  id: string;
}

/** Every page and filter of a list of the API is asked again. */
export function forgetList(cache: Cache, field: string): void {
  for (const { fieldName, arguments: args } of cache.inspectFields("Query")) {
    if (fieldName === field) cache.invalidate("Query", field, args);
  }
}

function changed(field: string, typename: string, lists: string[]): UpdateResolver {
  return (result, _args, cache) => {
    const change = result[field] as Change;
    if (change.kind === "DELETED") cache.invalidate({ __typename: typename, id: change.id });
    if (change.kind === "CREATED" || change.kind === "DELETED") {
      for (const list of lists) forgetList(cache, list);
    }
  };
}

function done(...lists: string[]): UpdateResolver {
  return (_result, _args, cache) => {
    for (const list of lists) forgetList(cache, list);
  };
}

function removed(field: string, typename: string, ...lists: string[]): UpdateResolver {
  return (result, _args, cache) => {
    const { deletedId } = result[field] as { deletedId?: string | null };
    if (!deletedId) return;
    cache.invalidate({ __typename: typename, id: deletedId });
    for (const list of lists) forgetList(cache, list);
  };
}

/** An assignment shows in the lists of its agent and of its task too. */
function assigned(field: string, always: boolean): UpdateResolver {
  return (result, _args, cache) => {
    const change = result[field] as Partial<Change> & {
      assignment?: { id: string; isActive?: boolean } | null;
    };
    if (!always && change.kind === "UPDATED" && change.assignment?.isActive) return;
    forgetList(cache, "assignments");
    const assignment = change.assignment
      ? { __typename: "Assignment", id: change.assignment.id }
      : null;
    for (const side of ["agent", "task"]) {
      const owner = assignment && cache.resolve(assignment, side);
      if (typeof owner === "string") cache.invalidate(owner, "assignments");
    }
  };
}

export const updates: UpdatesConfig = {
  Subscription: {
    providerChanged: changed("providerChanged", "Provider", ["providers"]),
    agentChanged: changed("agentChanged", "Agent", ["agents"]),
    taskChanged: changed("taskChanged", "Task", ["tasks"]),
    assignmentChanged: assigned("assignmentChanged", false),
    agentInstancesChanged: (result, _args, cache) => {
      cache.link("Query", "agentInstances", result.agentInstancesChanged as never);
    },
    auditEntryAdded: (result, _args, cache) => {
      forgetList(cache, "auditEntries");
      const { action } = result.auditEntryAdded as { action: string };
      if (/^(token|session)\./.test(action)) {
        for (const list of ["apiTokens", "sessions"]) forgetList(cache, list);
      }
    },
    // Runs arrive by the hundred: their table says "12 new" instead of asking again.
    runChanged: changed("runChanged", "Run", []),
  },
  Mutation: {
    createProvider: done("providers"),
    deleteProvider: removed("deleteProvider", "Provider", "providers"),
    createAgent: done("agents"),
    deleteAgent: removed("deleteAgent", "Agent", "agents", "assignments"),
    createTask: done("tasks"),
    deleteTask: removed("deleteTask", "Task", "tasks"),
    assignTask: assigned("assignTask", true),
    unassignTask: assigned("unassignTask", true),
    createApiToken: done("apiTokens"),
    revokeApiToken: removed("revokeApiToken", "ApiToken", "apiTokens", "sessions"),
    revokeSession: removed("revokeSession", "Session", "sessions"),
  },
};
