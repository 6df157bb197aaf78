import { describe, expect, it } from "vitest";
import { type RunEvent, emptyStory, tell } from "./story";

type Part = Partial<RunEvent> & { __typename: RunEvent["__typename"] };

function events(...parts: Part[]): RunEvent[] {
  return parts.map(
    (part, index) =>
      ({ runId: "1", sequence: index + 1, at: "2026-11-23T09:00:00Z", ...part }) as RunEvent,
  );
}
const queued: Part = { __typename: "RunQueued" };
const started: Part = { __typename: "RunStarted", attempt: 1, worker: "w", modelName: "m" };
const piece = (text: string): Part => ({ __typename: "RunOutputDelta", text });
const rejected: Part = {
  __typename: "RunOutputRejected",
  text: "{}",
  issues: [{ path: ["a"], message: "missing" }],
};

describe("tell", () => {
  it("appends the pieces of an answer and reads it as JSON", () => {
    const story = tell(emptyStory(), events(queued, started, piece('{"a": "x'), piece('y"')));
    expect(story.text).toBe('{"a": "xy"');
    expect(story.answer.root).toMatchObject({ entries: [{ key: "a", node: { text: "xy" } }] });
    expect(story.status).toBe("RUNNING");
    expect(story.steps.map(({ event }) => event.__typename)).toEqual([
      "RunQueued",
      "RunStarted",
      "RunOutputDelta",
    ]);
    expect(story.steps.at(-1)?.characters).toBe(10);
  });

  it.each<Part>([
    rejected,
    started,
    { __typename: "RunRetrying", code: "RATE_LIMITED", message: "", retryAt: "" },
  ])("begins the answer anew after $__typename", (mark) => {
    const story = tell(emptyStory(), events(queued, started, piece('{"a": 1'), mark, piece("{")));
    expect(story.text).toBe("{");
    expect(story.answer.root).toMatchObject({ entries: [] });
  });

  it("keeps rejected answers with what was wrong with them", () => {
    const story = tell(emptyStory(), events(queued, started, rejected, piece("{}"), rejected));
    expect(story.rejected.map(({ sequence }) => sequence)).toEqual([3, 5]);
  });

  it("D5: counts an event that comes twice once", () => {
    const all = events(queued, started, piece("a"), piece("b"), piece("c"));
    const first = tell(emptyStory(), all.slice(0, 4));
    const story = tell(first, all.slice(1));
    expect(story.text).toBe("abc");
    expect(story.lastSequence).toBe(5);
    expect(story.steps).toHaveLength(3);
  });

  it("D5: takes nothing in behind a gap, and says so", () => {
    const all = events(queued, started, piece("a"), piece("b"), piece("c"));
    const story = tell(
      emptyStory(),
      all.filter(({ sequence }) => sequence !== 4),
    );
    expect(story).toMatchObject({ text: "a", lastSequence: 3, hasGap: true });
    expect(tell(story, all.slice(3))).toMatchObject({ text: "abc", hasGap: false });
  });

  it("goes back to queued when a worker hands it over", () => {
    const back: Part = { __typename: "RunRequeued", reason: "stops" };
    expect(tell(emptyStory(), events(queued, started, back)).status).toBe("QUEUED");
  });

  it("leaves the story before it as it was", () => {
    const before = tell(emptyStory(), events(queued, started, piece("a")));
    const steps = [...before.steps];
    tell(before, events(queued, started, piece("a"), piece("b")));
    expect(before.steps).toEqual(steps);
    expect(before.text).toBe("a");
  });

  it("takes ten thousand pieces in in little time", () => {
    let story = tell(emptyStory(), events(queued, started));
    const begun = performance.now();
    for (let sequence = 3; sequence < 10_003; sequence += 4) {
      const batch = [0, 1, 2, 3].map(
        (offset) => ({ ...events(piece("word "))[0], sequence: sequence + offset }) as RunEvent,
      );
      story = tell(story, batch);
    }
    expect(story.text).toHaveLength(50_000);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
