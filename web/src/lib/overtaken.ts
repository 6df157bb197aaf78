/** An answer that was under way while a subscription told something newer does not undo it, be it to
 * a query or to a mutation: the two come by different ways, and in any order. A list that became
 * longer or shorter meanwhile is asked for again. */
import { type Exchange, type Operation, makeOperation } from "@urql/core";
import { map, pipe, tap } from "wonka";
import type { ListsTold } from "./cache";

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

function keyOf(value: Fields): string | null {
  const { __typename: type, id } = value;
  return typeof type === "string" && typeof id === "string" ? `${type}:${id}` : null;
}

/** Whether it says all that is there now; of a list, its first item tells. */
function replaces(told: unknown, there: unknown): boolean {
  if (!isFields(told) || !isFields(there)) return true;
  if (Array.isArray(told) && Array.isArray(there)) return replaces(told[0], there[0]);
  return Object.entries(there).every(([name, old]) => name in told && replaces(told[name], old));
}

/** A mutation's answer may be newer than what was told before it was made. */
function isOlder(told: Fields, thing: Fields): boolean {
  const { revision: before } = told;
  const { revision: now } = thing;
  return typeof before === "number" && typeof now === "number" && before < now;
}

function update(thing: Fields, told: Fields): void {
  if (isOlder(told, thing)) return;
  for (const [field, value] of Object.entries(told)) {
    if (field in thing && replaces(value, thing[field])) thing[field] = value;
  }
}

function eachThing(value: unknown, seen: (thing: Fields, key: string) => void): void {
  if (!isFields(value)) return;
  const key = keyOf(value);
  if (key) seen(value, key);
  for (const inner of Object.values(value)) eachThing(inner, seen);
}

function again(operation: Operation): Operation {
  return makeOperation("query", operation, {
    ...operation.context,
    requestPolicy: "network-only",
  });
}

export function createOvertaken(listsTold: ListsTold): Exchange {
  return ({ forward, client }) =>
    (operations) => {
      let clock = 0;
      const asked = new Map<number, number>();
      const told = new Map<string, { at: number; fields: Fields }>();
      const moved = new Map<string, number>();

      return pipe(
        operations,
        tap(({ kind, key }) => {
          const answers = kind === "query" || kind === "mutation";
          if (answers && !asked.has(key)) asked.set(key, ++clock);
          if (kind === "teardown") asked.delete(key);
        }),
        forward,
        map((result) => {
          const { kind, key } = result.operation;
          if (kind === "subscription" && asked.size) {
            eachThing(result.data, (fields, thing) => told.set(thing, { at: ++clock, fields }));
            for (const [field, change] of Object.entries((result.data ?? {}) as Fields)) {
              for (const list of listsTold(field, change as object)) moved.set(list, ++clock);
            }
          }
          const since = asked.get(key);
          if (kind === "subscription" || since === undefined) return result;
          asked.delete(key);
          eachThing(result.data, (thing, name) => {
            const newer = told.get(name);
            if (!newer || newer.at < since) return;
            update(thing, newer.fields);
          });
          const isOutdated = Object.keys((result.data ?? {}) as Fields).some(
            (list) => (moved.get(list) ?? 0) > since,
          );
          if (isOutdated && kind === "query") client.reexecuteOperation(again(result.operation));
          if (!asked.size) {
            told.clear();
            moved.clear();
          }
          return result;
        }),
      );
    };
}
