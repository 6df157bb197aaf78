import { describe, expect, it } from "vitest";
import { type RunRequest, asJson, messagesOf, timesOf } from "./requests";
import { request as played } from "./testing/world";

const request = (position: number, change: object = {}) =>
  played(position, change as Record<string, unknown>) as unknown as RunRequest;

const system = { role: "system", content: "Sort it." };
const user = { role: "user", content: "hello" };
const wrong = { role: "assistant", content: "{}" };
const correction = { role: "user", content: "category: Missing." };

describe("messagesOf", () => {
  it("knows a correction, and what was sent before", () => {
    const first = request(1, { messages: [system, user] });
    const second = request(2, { messages: [system, user, wrong, correction] });
    expect(messagesOf(first).map(({ isCorrection }) => isCorrection)).toEqual([false, false]);
    const told = messagesOf(second, first);
    expect(told.map(({ isKnown }) => isKnown)).toEqual([true, true, false, false]);
    expect(told.map(({ isCorrection }) => isCorrection)).toEqual([false, false, false, true]);
  });

  it("takes what a tool is told for a correction, too, and keeps its call", () => {
    const calls = [{ id: "1", function: { name: "answer", arguments: "{}" } }];
    const [, , call, told] = messagesOf(
      request(2, {
        messages: [
          system,
          user,
          { role: "assistant", content: null, tool_calls: calls },
          { role: "tool", tool_call_id: "1", content: "Missing." },
        ],
      }),
    );
    expect(call).toMatchObject({ text: "", others: { tool_calls: calls }, isCorrection: false });
    expect(told).toMatchObject({ text: "Missing.", others: { tool_call_id: "1" } });
    expect(told?.isCorrection).toBe(true);
  });

  it("is no correction where the same goes out again", () => {
    const [one, two] = [request(1), request(2)];
    expect(messagesOf(two, one).every(({ isKnown }) => isKnown)).toBe(true);
    expect(messagesOf(two, one).some(({ isCorrection }) => isCorrection)).toBe(false);
  });

  it.each([
    ["a text", "hello", "hello"],
    ["a number", 3, "3"],
    ["a list", [["x"]], '[\n  "x"\n]'],
    [
      "parts",
      [{ role: "user", content: [{ type: "text" }] }],
      '[\n  {\n    "type": "text"\n  }\n]',
    ],
    ["nothing", null, ""],
    ["no role", [{ content: "x" }], "x"],
    ["a role that is none", [{ role: 3, content: "x" }], "x"],
  ])("tells whatever is there: %s", (_name, messages, text) => {
    expect(messagesOf(request(1, { messages })).map((message) => message.text)).toEqual([text]);
  });
});

it.each([
  [{}, { first: 200, all: 1500 }],
  [{ firstTokenAt: null }, { first: null, all: 1500 }],
  [
    { firstTokenAt: null, finishedAt: null },
    { first: null, all: null },
  ],
  [{ firstTokenAt: "2026-11-23T09:00:00.000Z" }, { first: 0, all: 1500 }],
])("times of %o", (change, times) => {
  expect(timesOf(request(1, change))).toEqual(times);
});

it("is handed on whole, and without what the client notes", () => {
  const messages = [{ role: "user", content: "x", __typename: "Said" }];
  const issues = [{ __typename: "Issue", path: ["a"], message: "Missing." }];
  const copied = JSON.parse(asJson(request(1, { messages, issues }))) as Record<string, unknown>;
  expect(copied).toEqual({
    ...played(1),
    __typename: undefined,
    messages,
    issues: [{ path: ["a"], message: "Missing." }],
  });
  expect(Object.keys(copied)).not.toContain("__typename");
});
