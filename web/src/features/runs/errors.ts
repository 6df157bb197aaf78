/** What each kind of failure is called, and where to go about it. */
import type { RunErrorCode } from "./gql/graphql";

type Place = "provider" | "agent" | "task" | null;

interface Words {
  title: string;
  /** What helps, where the message does not say so. */
  todo?: string;
  place: Place;
}

export const ERRORS: Record<RunErrorCode, Words> = {
  PROVIDER_UNREACHABLE: {
    title: "The provider did not answer",
    place: "provider",
  },
  PROVIDER_REFUSED: {
    title: "The provider refused the key",
    place: "provider",
  },
  PROVIDER_FAILED: {
    title: "The provider failed",
    place: "provider",
  },
  MODEL_NOT_FOUND: {
    title: "The provider does not have the model",
    place: "agent",
  },
  RATE_LIMITED: {
    title: "The provider takes no more requests for now",
    place: "provider",
  },
  TIMED_OUT: {
    title: "It took too long",
    todo: "Give the agent a longer timeout, a smaller answer, or a faster model.",
    place: "agent",
  },
  INPUT_TOO_LONG: {
    title: "The prompt and the input are too long for the model",
    place: "agent",
  },
  PROMPT_TRUNCATED: {
    title: "The server cut the prompt",
    todo: "The model saw only a part of it. Give it a longer context at the server, or send less.",
    place: "provider",
  },
  OUTPUT_INVALID: {
    title: "No answer fits the response schema",
    todo: "Nothing was stored as output.",
    place: "task",
  },
  OUTPUT_TRUNCATED: {
    title: "The answer was cut off",
    todo: "Nothing was stored as output. Let the agent write more tokens, or ask for less.",
    place: "agent",
  },
  CONTENT_REFUSED: {
    title: "The model or a content filter refused",
    todo: "Nothing was stored as output.",
    place: "agent",
  },
  LOST: {
    title: "Its workers died too often",
    place: null,
  },
  INTERNAL: {
    title: "Something went wrong inside Rota",
    place: null,
  },
};
