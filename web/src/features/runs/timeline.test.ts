import { expect, it } from "vitest";
import { type RunEvent, emptyStory, tell } from "./story";
import { inWords } from "./timeline";

const at = "2026-01-01T00:00:00Z";
const event = (sequence: number, name: string, more: object = {}) =>
  ({ __typename: name, runId: "r1", sequence, at, ...more }) as unknown as RunEvent;
const rejected = { text: "{}", issues: [{ path: [], message: "No." }] };
const wrong = { error: { code: "OUTPUT_INVALID", message: "" } };

it("R2: says that the model is asked again only where it is", () => {
  const { steps } = tell(emptyStory(), [
    event(1, "RunOutputRejected", rejected),
    event(2, "RunOutputDelta", { text: "x" }),
    event(3, "RunOutputRejected", rejected),
    event(4, "RunFailed", wrong),
  ]);
  expect(steps.map((step, index) => inWords(step, steps[index + 1]).detail)).toEqual([
    "1 problem; the model is asked again",
    "1 character",
    "1 problem",
    "No answer fits the response schema",
  ]);
});

const toldOf = (name: string, more: object) => {
  const [step] = tell(emptyStory(), [event(1, name, more)]).steps;
  if (!step) throw new Error("no step");
  return inWords(step);
};

it.each([
  ["ENFORCED", "w1 asks m, schema enforced"],
  ["TOOL", "w1 asks m, by a tool call"],
  [null, "w1 asks m"],
])("says in which mode it started: %s", (outputMode, detail) => {
  expect(
    toldOf("RunStarted", { attempt: 1, worker: "w1", modelName: "m", outputMode }),
  ).toMatchObject({
    title: "Started",
    detail,
  });
});

it.each([
  ["PROVIDER_FAILED", 0, "Asks in another output mode"],
  ["PROVIDER_FAILED", 500, "The provider failed: tries again"],
  ["RATE_LIMITED", 0, "The provider takes no more requests for now: tries again"],
])("tells a step down from a failure that is waited out: %s after %i ms", (code, wait, title) => {
  const retryAt = new Date(Date.parse(at) + wait).toISOString();
  expect(toldOf("RunRetrying", { code, message: "Why.", retryAt })).toMatchObject({
    title,
    detail: "Why.",
  });
});
