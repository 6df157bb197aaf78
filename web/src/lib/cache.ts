/** The normalised cache: what has an identity, and what a change means for the lists it is in. */
import { type CacheExchangeOpts, type Resolver, cacheExchange } from "@urql/exchange-graphcache";
import introspection from "virtual:introspection";
import { optimistic } from "./cache-optimistic";
import { updates } from "./cache-updates";

// Everything else is part of the object that it hangs on; the `id` of a change or an error names
// something else.
const IDENTIFIED = new Set([
  "Agent",
  "AgentInstance",
  "AgentRevision",
  "ApiToken",
  "Assignment",
  "AuditEntry",
  "Provider",
  "Run",
  "Session",
  "Task",
  "TaskRevision",
]);

interface TypeEntry {
  kind: string;
  name: string;
}

function withoutIdentity(): NonNullable<CacheExchangeOpts["keys"]> {
  const { types } = introspection.__schema as unknown as { types: TypeEntry[] };
  return Object.fromEntries(
    types
      .filter(({ kind, name }) => kind === "OBJECT" && !IDENTIFIED.has(name))
      .filter(({ name }) => !["Query", "Mutation", "Subscription"].includes(name))
      .map(({ name }) => [name, () => null]),
  );
}

function entity(typename: string): Resolver {
  return (_parent, args, cache, { fieldName }) => {
    // The server has answered that there is none.
    if (cache.resolve("Query", fieldName, args) === null) return null;
    const key = { __typename: typename, id: args.id as string };
    // Lists select fewer fields than details: only a whole answer saves the request.
    return cache.keyOfEntity(key);
  };
}

export function createCache() {
  return cacheExchange({
    schema: introspection,
    keys: withoutIdentity(),
    resolvers: {
      Query: {
        provider: entity("Provider"),
        agent: entity("Agent"),
        task: entity("Task"),
        assignment: entity("Assignment"),
        run: entity("Run"),
      },
    },
    updates,
    optimistic,
  });
}
