import { parse } from "graphql";
import { expect, it } from "vitest";
import { asWritten } from "./fetcher";

const before = { documentAST: parse("query Before { __typename }") };
const watch = "subscription Watch { providerChanged { id } }";

it("sends the only operation of a document, whichever name was read last", () => {
  const [params, options] = asWritten({ query: watch, operationName: "Before" }, before);
  expect(params).toEqual({ query: watch, operationName: "Watch" });
  expect(options?.documentAST).toEqual(parse(watch));
});

it("sends the operation that was chosen of several", () => {
  const query = `query One { __typename } ${watch}`;
  expect(asWritten({ query, operationName: "One" }, undefined)[0].operationName).toBe("One");
});

it("needs no name where the operation has none", () => {
  const [params] = asWritten({ query: "{ __typename }", operationName: "Before" }, before);
  expect(params.operationName).toBeUndefined();
});

it("leaves what cannot be read to the server", () => {
  const asked = { query: "{", operationName: "Before" };
  expect(asWritten(asked, before)).toEqual([asked, before]);
});
