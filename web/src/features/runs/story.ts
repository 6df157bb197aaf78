/** What happened to a run, told by its events: the timeline, the answer as it grows, the answers
 * that were rejected. */
import type { RunStatus, WatchRunEventsSubscription } from "./gql/graphql";
import { PartialJson } from "./partial-json";

export type RunEvent = WatchRunEventsSubscription["runEvents"];
type Kind = RunEvent["__typename"];
export type EventOf<Name extends Kind> = Extract<RunEvent, { __typename: Name }>;

/** A step of the timeline; the many pieces of an answer are one step. */
export interface Step {
  sequence: number;
  at: string;
  event: RunEvent;
  /** Of an answer: how much of it there is, and when the last piece came. */
  characters: number;
  lastAt: string;
}

export interface Story {
  lastSequence: number;
  status: RunStatus | null;
  steps: Step[];
  rejected: EventOf<"RunOutputRejected">[];
  /** The answer of now, and what can be read of it. */
  text: string;
  answer: PartialJson;
  /** Grows when something else than the answer came. */
  landmarks: number;
  /** An event is missing: to be asked for again from `lastSequence` on. */
  hasGap: boolean;
}

const STATUS: Partial<Record<Kind, RunStatus>> = {
  RunQueued: "QUEUED",
  RunStarted: "RUNNING",
  RunRequeued: "QUEUED",
  RunCancelling: "CANCELLING",
  RunSucceeded: "SUCCEEDED",
  RunFailed: "FAILED",
  RunCancelled: "CANCELLED",
};
const BEGINS_ANSWER: Kind[] = ["RunStarted", "RunOutputRejected", "RunRetrying"];

export function isOver(status: RunStatus | null | undefined): boolean {
  return status === "SUCCEEDED" || status === "FAILED" || status === "CANCELLED";
}

export function emptyStory(): Story {
  return {
    lastSequence: 0,
    status: null,
    steps: [],
    rejected: [],
    text: "",
    answer: new PartialJson(),
    landmarks: 0,
    hasGap: false,
  };
}

/** The story with more events: each counts once, and none counts before the one ahead of it. */
export function tell(before: Story, events: RunEvent[]): Story {
  const story = { ...before, steps: [...before.steps], hasGap: false };
  let grown = "";
  for (const event of events) {
    if (event.sequence <= story.lastSequence) continue;
    if (event.sequence > story.lastSequence + 1) {
      story.hasGap = true;
      break;
    }
    story.lastSequence = event.sequence;
    if (event.__typename === "RunOutputDelta") {
      grown += event.text;
      addPiece(story.steps, event);
      continue;
    }
    story.landmarks += 1;
    story.status = STATUS[event.__typename] ?? story.status;
    story.steps.push(toStep(event));
    if (event.__typename === "RunOutputRejected") story.rejected = [...story.rejected, event];
    if (BEGINS_ANSWER.includes(event.__typename)) {
      grown = "";
      story.text = "";
      story.answer = new PartialJson();
    }
  }
  if (grown) {
    story.text += grown;
    story.answer.push(grown);
  }
  return story;
}

function toStep(event: RunEvent): Step {
  const { sequence, at } = event;
  return { sequence, at, event, characters: 0, lastAt: at };
}

function addPiece(steps: Step[], event: EventOf<"RunOutputDelta">): void {
  let step = steps.at(-1);
  if (step?.event.__typename !== "RunOutputDelta") steps.push((step = toStep(event)));
  steps[steps.length - 1] = {
    ...step,
    characters: step.characters + event.text.length,
    lastAt: event.at,
  };
}
