/** The app's own client and cache over a server that the test plays: answers by operation name. */
import { Client, type Operation, makeErrorResult, makeResult } from "@urql/core";
import { filter, fromPromise, makeSubject, merge, mergeMap, pipe, share } from "wonka";
import { cacheParts } from "@/app/cache";
import { createCache } from "@/lib/cache";
import { client } from "@/lib/client";

type Data = Record<string, unknown>;
type Answers = Record<string, (variables: Record<string, unknown>) => Data | Promise<Data>>;

function nameOf(operation: Operation): string {
  const [definition] = operation.query.definitions;
  return (definition && "name" in definition && definition.name?.value) || "";
}

export interface PlayedServer {
  /** What was asked, in order. */
  asked: string[];
  /** Sends data to whoever subscribed with that operation. */
  push: (subscription: string, data: Data) => void;
}

export function playServer(answers: Answers): PlayedServer {
  const pushed = makeSubject<{ name: string; data: Data }>();
  const asked: string[] = [];

  async function answer(operation: Operation) {
    const name = nameOf(operation);
    asked.push(name);
    await Promise.resolve();
    const give = answers[name];
    if (!give) return makeErrorResult(operation, new Error(`Nothing answers ${name}.`));
    const data = await give(operation.variables as Record<string, unknown>);
    return makeResult(operation, { data });
  }

  client.value = new Client({
    url: "/graphql",
    preferGetMethod: false,
    requestPolicy: "cache-and-network",
    exchanges: [
      createCache(cacheParts),
      () => (operations) => {
        const shared = share(operations);
        const answered = pipe(
          shared,
          filter(({ kind }) => kind === "query" || kind === "mutation"),
          mergeMap((operation) => fromPromise(answer(operation))),
        );
        const streamed = pipe(
          shared,
          filter(({ kind }) => kind === "subscription"),
          mergeMap((operation) =>
            pipe(
              pushed.source,
              filter(({ name }) => name === nameOf(operation)),
              mergeMap(({ data }) => fromPromise(Promise.resolve(makeResult(operation, { data })))),
            ),
          ),
        );
        return merge([answered, streamed]);
      },
    ],
  });
  return {
    asked,
    push: (name, data) => {
      pushed.next({ name, data });
    },
  };
}
