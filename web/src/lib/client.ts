/** The GraphQL client: one cache, HTTP for queries and mutations, one socket for subscriptions. */
import {
  type Client,
  type CombinedError,
  createClient,
  fetchExchange,
  mapExchange,
  subscriptionExchange,
} from "@urql/core";
import { type ShallowRef, shallowRef } from "vue";
import { type CachePart, createCache, listsTold } from "./cache";
import { createOvertaken } from "./overtaken";
import { createRefetch } from "./refetch";
import { sessionHeaders } from "./session";
import { createSocket } from "./socket";

let onRefused = (): void => undefined;

/** Called when the server no longer accepts the session, over HTTP or the socket. */
export function whenRefused(listener: () => void): void {
  onRefused = listener;
}

function isUnauthenticated(error: CombinedError): boolean {
  const response = error.response as Response | undefined;
  return (
    response?.status === 401 ||
    error.graphQLErrors.some(({ extensions }) => extensions.code === "UNAUTHENTICATED")
  );
}

function build(): { client: Client; dispose: () => void } {
  const refetch = createRefetch();
  const socket = createSocket({
    reconnected: () => {
      refetch.refetchAll(client);
    },
    refused: () => {
      onRefused();
    },
  });
  const client = createClient({
    url: "/graphql",
    preferGetMethod: false,
    // Shows what is known at once, and asks: no view trusts an old answer.
    requestPolicy: "cache-and-network",
    fetchOptions: () => ({ headers: sessionHeaders(), cache: "no-store" }),
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (isUnauthenticated(error)) onRefused();
        },
      }),
      refetch.exchange,
      createCache(parts),
      createOvertaken(listsTold(parts)),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query: request.query ?? "", variables: request.variables as never },
              sink as never,
            ),
          }),
        }),
      }),
    ],
  });
  return { client, dispose: () => void socket.dispose() };
}

let parts: CachePart[] = [];
let dispose = (): void => undefined;

/** There is none before it is started. */
export const client = shallowRef() as ShallowRef<Client>;

/** With what the features bring to the cache. */
export function startClient(brought: CachePart[]): void {
  parts = brought;
  resetClient();
}

/** Forgets everything that was fetched: the next person to sign in may see less. */
export function resetClient(): void {
  dispose();
  const built = build();
  dispose = built.dispose;
  client.value = built.client;
}
