/** Sends operations with the session: over HTTP, and subscriptions over one socket. */
import { type Fetcher, createGraphiQLFetcher } from "@graphiql/toolkit";
import { createClient } from "graphql-ws";
import { sessionHeaders, storedHalf } from "../src/lib/session";

const socketUrl = new URL("/graphql", location.href);
socketUrl.protocol = location.protocol === "https:" ? "wss:" : "ws:";

export const fetcher: Fetcher = createGraphiQLFetcher({
  url: "/graphql",
  enableIncrementalDelivery: false,
  fetch: (url, init) =>
    fetch(url, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init?.headers)), ...sessionHeaders() },
    }),
  wsClient: createClient({
    url: socketUrl.href,
    connectionParams: () => ({ session: storedHalf() }),
  }),
});
