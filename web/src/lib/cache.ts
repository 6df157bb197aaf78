/** The normalised cache. What there is to keep, and what a change means for it, each feature says in
 * its `cache.ts`. */
import {
  type CacheExchangeOpts,
  type OptimisticMutationConfig,
  type Resolver,
  type UpdateResolver,
  cacheExchange,
} from "@urql/exchange-graphcache";
import introspection from "virtual:introspection";
import type { Told } from "./cache-updates";

/** What a feature brings to the cache; the fields of the API's roots by their names. */
export interface CachePart {
  /** The types whose `id` is their identity. */
  identified: string[];
  /** The queries that answer one thing by its id, with its type. */
  byId?: Record<string, string>;
  subscriptions?: Record<string, Told>;
  mutations?: Record<string, UpdateResolver>;
  optimistic?: OptimisticMutationConfig;
}

interface TypeEntry {
  kind: string;
  name: string;
}

// Everything else is part of the object that it hangs on; the `id` of a change or an error names
// something else.
function withoutIdentity(identified: Set<string>): NonNullable<CacheExchangeOpts["keys"]> {
  const { types } = introspection.__schema as unknown as { types: TypeEntry[] };
  return Object.fromEntries(
    types
      .filter(({ kind, name }) => kind === "OBJECT" && !identified.has(name))
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

function join<Value>(of: (part: CachePart) => Record<string, Value> | undefined) {
  return (parts: CachePart[]): Record<string, Value> =>
    Object.assign({}, ...parts.map(of)) as Record<string, Value>;
}

/** What each part makes of a subscription: more than one may hear it. */
function heard(parts: CachePart[]): Record<string, UpdateResolver> {
  const fields = parts.flatMap(({ subscriptions }) => Object.keys(subscriptions ?? {}));
  return Object.fromEntries(
    fields.map((field) => [
      field,
      (...told) => {
        for (const { subscriptions } of parts) subscriptions?.[field]?.update(...told);
      },
    ]),
  );
}

/** The lists that what a subscription told under this field has made longer or shorter. */
export type ListsTold = (field: string, told: object) => string[];

export function listsTold(parts: CachePart[]): ListsTold {
  return (field, told) =>
    parts.flatMap(({ subscriptions }) => subscriptions?.[field]?.lists(told) ?? []);
}

export function createCache(parts: CachePart[]) {
  const things = join(({ byId }) => byId)(parts);
  return cacheExchange({
    schema: introspection,
    keys: withoutIdentity(new Set(parts.flatMap(({ identified }) => identified))),
    resolvers: {
      Query: Object.fromEntries(
        Object.entries(things).map(([field, typename]) => [field, entity(typename)]),
      ),
    },
    updates: {
      Subscription: heard(parts),
      Mutation: join(({ mutations }) => mutations)(parts),
    },
    optimistic: join(({ optimistic }) => optimistic)(parts),
  });
}
