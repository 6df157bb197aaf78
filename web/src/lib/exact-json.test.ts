import { createRequest, gql } from "@urql/core";
import { afterEach, expect, it, vi } from "vitest";
import { exactly } from "./exact-json";

const QUERY = gql`
  query ($schema: JSON!) {
    check(schema: $schema)
  }
`;

afterEach(() => {
  vi.unstubAllGlobals();
});

const schema: unknown = JSON.parse('{"type":"object","properties":{"z":{},"a":{},"toJSON":{}}}');

it("sends the keys of a schema in their order, whatever the client makes of them", async () => {
  const sent = vi.fn<typeof fetch>().mockResolvedValue(new Response("{}"));
  vi.stubGlobal("fetch", sent);
  const { context } = exactly({ schema });
  await context.fetch?.("/graphql", { method: "POST", body: '{"query":"q","variables":{"x":1}}' });
  expect(sent.mock.lastCall?.[1]).toEqual({
    method: "POST",
    body: `{"query":"q","variables":{"schema":${JSON.stringify(schema)}}}`,
  });
});

it("is needed: the client takes schemas of another order for the same request", () => {
  const other = { properties: { a: {}, z: {} }, type: "object" };
  const same = { type: "object", properties: { z: {}, a: {} } };
  const key = (value: unknown) => createRequest(QUERY, { schema: value }).key;
  expect(key(other)).toBe(key(same));
  const exact = (value: unknown) => createRequest(QUERY, exactly({ schema: value }).variables).key;
  expect(exact(other)).not.toBe(exact(same));
});
