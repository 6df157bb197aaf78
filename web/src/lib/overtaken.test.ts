import { type Exchange, type Operation, type OperationResult, createClient, gql } from "@urql/core";
import { filter, makeSubject, merge, pipe, tap } from "wonka";
import { expect, it } from "vitest";
import { listsTold } from "./cache";
import { changed } from "./cache-updates";
import { createOvertaken } from "./overtaken";

const QUERY = gql`
  {
    providers {
      id
    }
  }
`;
const UPDATE = gql`
  mutation {
    updateProvider {
      id
    }
  }
`;
const CHANGES = gql`
  subscription {
    providerChanged {
      id
    }
  }
`;

const overtaken = createOvertaken(
  listsTold([
    { identified: [], subscriptions: { providerChanged: changed("Provider", "providers") } },
  ]),
);

const provider = (status: string, more: object = {}) => ({
  __typename: "Provider",
  id: "1",
  status,
  ...more,
});

/** A server that answers when it is told to. */
function played() {
  const latest = new Map<string, Operation>();
  let asked = 0;
  const results = makeSubject<OperationResult>();
  const server: Exchange = () => (operations) =>
    merge([
      pipe(
        operations,
        tap((operation) => {
          latest.set(operation.kind, operation);
          if (operation.kind === "query") asked += 1;
        }),
        filter(() => false),
      ) as never,
      results.source,
    ]);
  const send = (kind: string, data: object) => {
    const hasNext = kind === "subscription";
    results.next({ operation: latest.get(kind), data, stale: false, hasNext } as OperationResult);
  };
  const client = createClient({ url: "/", exchanges: [overtaken, server] });
  client.subscription(CHANGES, {}).subscribe(() => undefined);
  return {
    ask: () => client.query(QUERY, {}).toPromise(),
    watch: () => {
      client.query(QUERY, {}).subscribe(() => undefined);
      return { timesAsked: () => asked };
    },
    answer: (node: object) => {
      send("query", { providers: [node] });
    },
    change: () => client.mutation(UPDATE, {}).toPromise(),
    confirm: (node: object) => {
      send("mutation", { updateProvider: { provider: node } });
    },
    tell: (thing: object, kind = "UPDATED") => {
      send("subscription", { providerChanged: { kind, thing } });
    },
  };
}

it("keeps what was told while an older answer was under way", async () => {
  const { ask, answer, tell } = played();
  const asked = ask();
  tell(provider("CONNECTED", { models: [{ name: "m" }], owner: { id: "x" } }));
  answer(provider("VALIDATING", { models: [], owner: { id: "x", name: "kept" }, url: "u" }));
  const { data } = (await asked) as { data: { providers: object[] } };
  expect(data.providers).toEqual([
    provider("CONNECTED", { models: [{ name: "m" }], owner: { id: "x", name: "kept" }, url: "u" }),
  ]);
});

it("takes an answer that was asked for afterwards", async () => {
  const { ask, answer, tell } = played();
  const first = ask();
  tell(provider("CONNECTED"));
  answer(provider("CONNECTED"));
  await first;
  const second = ask();
  answer(provider("ERROR"));
  const { data } = (await second) as { data: { providers: object[] } };
  expect(data.providers).toEqual([provider("ERROR")]);
});

it("keeps what was told while a mutation’s answer was under way", async () => {
  const { change, confirm, tell } = played();
  const changed = change();
  tell(provider("CONNECTED", { revision: 2, models: [{ name: "m" }] }));
  confirm(provider("PENDING", { revision: 2, models: [] }));
  const { data } = (await changed) as { data: { updateProvider: { provider: object } } };
  const { provider: kept } = data.updateProvider;
  expect(kept).toEqual(provider("CONNECTED", { revision: 2, models: [{ name: "m" }] }));
});

it("takes a mutation’s answer that is newer than what was told", async () => {
  const { change, confirm, tell } = played();
  const changed = change();
  tell(provider("ERROR", { revision: 1 }));
  confirm(provider("PENDING", { revision: 2 }));
  const { data } = (await changed) as { data: { updateProvider: { provider: object } } };
  expect(data.updateProvider.provider).toEqual(provider("PENDING", { revision: 2 }));
});

it.each([
  ["CREATED", 2],
  ["DELETED", 2],
  ["UPDATED", 1],
])(
  "a list that something was %s in while it was under way is asked for %i times",
  async (kind, times) => {
    const { watch, answer, tell } = played();
    const { timesAsked } = watch();
    tell(provider("PENDING"), kind);
    answer(provider("CONNECTED"));
    await new Promise((resolve) => setTimeout(resolve));
    expect(timesAsked()).toBe(times);
  },
);
