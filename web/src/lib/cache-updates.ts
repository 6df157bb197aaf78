/** What a mutation or a change seen by subscription means for the lists in the cache. The fields of
 * the thing itself need nothing: they are written by its id. */
import type { Cache, UpdateResolver } from "@urql/exchange-graphcache";

export interface Change {
  kind: "CREATED" | "UPDATED" | "DELETED" | "VALIDATION_UPDATED";
  id: string;
}

/** What a subscription tells. */
export interface Told {
  /** The lists of the API that it has made longer or shorter. */
  lists: (told: object) => string[];
  /** What it means for the cache. */
  update: UpdateResolver;
}

/** Every page and filter of a list of the API is asked again. */
export function forgetLists(cache: Cache, lists: string[]): void {
  for (const { fieldName, arguments: args } of cache.inspectFields("Query")) {
    if (lists.includes(fieldName)) cache.invalidate("Query", fieldName, args);
  }
}

/** Nothing but the lists changes. */
export function listed(lists: Told["lists"]): Told {
  return {
    lists,
    update: (result, _args, cache, { fieldName }) => {
      forgetLists(cache, lists(result[fieldName] as object));
    },
  };
}

/** A change of one thing, which stands in these lists. */
export function changed(typename: string, ...lists: string[]): Told {
  const moved = listed((told) => {
    const { kind } = told as Change;
    return kind === "CREATED" || kind === "DELETED" ? lists : [];
  });
  return {
    ...moved,
    update: (result, args, cache, info) => {
      const { kind, id } = result[info.fieldName] as Change;
      if (kind === "DELETED") cache.invalidate({ __typename: typename, id });
      moved.update(result, args, cache, info);
    },
  };
}

/** A mutation that puts something new into these lists. */
export function created(...lists: string[]): UpdateResolver {
  return (_result, _args, cache) => {
    forgetLists(cache, lists);
  };
}

/** A mutation that may take a thing out of these lists. */
export function deleted(typename: string, ...lists: string[]): UpdateResolver {
  return (result, _args, cache, { fieldName }) => {
    const { deletedId } = result[fieldName] as { deletedId?: string | null };
    if (!deletedId) return;
    cache.invalidate({ __typename: typename, id: deletedId });
    forgetLists(cache, lists);
  };
}
