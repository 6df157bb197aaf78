/** Knows which queries are on the page, so that all can be asked again after a reconnect. */
import type { Client, Exchange, Operation } from "@urql/core";
import { pipe, tap } from "wonka";

export function createRefetch(): { exchange: Exchange; refetchAll: (client: Client) => void } {
  const shown = new Map<number, Operation>();

  return {
    exchange:
      ({ forward }) =>
      (operations) =>
        pipe(
          operations,
          tap((operation) => {
            if (operation.kind === "query") shown.set(operation.key, operation);
            if (operation.kind === "teardown") shown.delete(operation.key);
          }),
          forward,
        ),
    refetchAll(client) {
      for (const operation of shown.values()) {
        client.reexecuteOperation(
          client.createRequestOperation("query", operation, {
            ...operation.context,
            requestPolicy: "cache-and-network",
          }),
        );
      }
    },
  };
}
