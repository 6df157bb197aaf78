import { CombinedError } from "@urql/core";
import { expect, it } from "vitest";
import { readOutcome } from "./outcome";

interface Thing {
  __typename: "CreateThingPayload" | "NameTakenError" | "NotFoundError" | "InvalidInputError";
}

function read(member: object) {
  return readOutcome({ data: { createThing: member as Thing }, error: undefined }, "createThing");
}

it("hands over the payload", () => {
  expect(read({ __typename: "CreateThingPayload", thing: 1 })).toMatchObject({
    ok: true,
    payload: { thing: 1 },
  });
});

it("P1: puts a taken name at the name", () => {
  const taken = { __typename: "NameTakenError", message: "Taken." };
  expect(read(taken)).toMatchObject({ ok: false, failure: { fields: { name: "Taken." } } });
});

it("puts each issue at its path, the first one of each", () => {
  const issues = [
    { path: ["baseUrl"], message: "first" },
    { path: ["baseUrl"], message: "second" },
    { path: ["modelSettings", "temperature"], message: "too hot" },
  ];
  expect(read({ __typename: "InvalidInputError", message: "No.", issues })).toMatchObject({
    failure: {
      message: "No.",
      fields: { baseUrl: "first", "modelSettings.temperature": "too hot" },
    },
  });
});

it("puts what was not found at the field that named it", () => {
  const gone = { __typename: "NotFoundError", message: "Gone.", path: ["providerId"] };
  expect(read(gone)).toMatchObject({ failure: { fields: { providerId: "Gone." } } });
});

it("tells an unreachable server from one that answers with an error", () => {
  const networkError = new CombinedError({ networkError: new Error("refused") });
  const graphQLError = new CombinedError({ graphQLErrors: ["You may not do that."] });
  const told = [networkError, graphQLError].map((error) => {
    const outcome = readOutcome<{ createThing: Thing }, "createThing">(
      { data: undefined, error },
      "createThing",
    );
    return outcome.ok ? "" : outcome.failure.message;
  });
  expect(told).toEqual([
    expect.stringContaining("does not answer"),
    expect.stringContaining("may not"),
  ]);
});
