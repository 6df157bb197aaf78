/** Sends operations with the session: over HTTP, and subscriptions over one socket. */
import { type Fetcher, type FetcherOpts, createGraphiQLFetcher } from "@graphiql/toolkit";
import { type DocumentNode, Kind, parse } from "graphql";
import { createClient } from "graphql-ws";
import { sessionHeaders, storedHalf } from "../src/lib/session";

const socketUrl = new URL("/graphql", location.href);
socketUrl.protocol = location.protocol === "https:" ? "wss:" : "ws:";

const send = createGraphiQLFetcher({
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

type Params = Parameters<Fetcher>[0];

function read(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    // The server says what is wrong with it.
    return undefined;
  }
}

/** GraphiQL reads a document a moment after it was opened or typed: until then it tells the name of
 * the operation before. What the document itself says counts. */
export function asWritten(
  params: Params,
  options: FetcherOpts | undefined,
): [Params, FetcherOpts | undefined] {
  const documentAST = read(params.query);
  if (!documentAST) return [params, options];
  const operations = documentAST.definitions.filter(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  );
  const [only] = operations.length === 1 ? operations : [];
  const operationName = only && "name" in only ? only.name?.value : params.operationName;
  return [
    { ...params, operationName },
    { ...options, documentAST },
  ];
}

export const fetcher: Fetcher = (params, options) => send(...asWritten(params, options));
