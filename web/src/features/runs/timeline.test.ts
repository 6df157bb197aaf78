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
