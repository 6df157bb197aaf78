/** The steps of a run in words. */
import { OUTPUT_MODES } from "@/features/agents";
import { formatNumber } from "@/lib/format";
import { ERRORS } from "./errors";
import type { EventOf, Step } from "./story";

export interface Told {
  title: string;
  detail?: string;
  icon: string;
  tone: "muted" | "info" | "success" | "warning" | "error";
}

/** Whoever waits out a failure waits longer than that. */
const AT_ONCE_MS = 250;

/** A server that refuses the mode is asked at once in another one. */
function isStepDown({ code, at, retryAt }: EventOf<"RunRetrying">): boolean {
  return code === "PROVIDER_FAILED" && Date.parse(retryAt) - Date.parse(at) < AT_ONCE_MS;
}

export function inWords({ event, characters }: Step, next?: Step): Told {
  switch (event.__typename) {
    case "RunQueued":
      return { title: "Queued", icon: "i-lucide-clock", tone: "muted" };
    case "RunStarted":
      return {
        title: event.attempt > 1 ? `Started, attempt ${event.attempt}` : "Started",
        detail: [
          `${event.worker} asks ${event.modelName}`,
          ...(event.outputMode ? [OUTPUT_MODES[event.outputMode].inText] : []),
        ].join(", "),
        icon: "i-lucide-play",
        tone: "info",
      };
    case "RunOutputDelta":
      return {
        title: "Answer",
        detail: `${formatNumber(characters)} ${characters === 1 ? "character" : "characters"}`,
        icon: "i-lucide-text-cursor-input",
        tone: "info",
      };
    case "RunOutputRejected": {
      const count = event.issues.length;
      const isAskedAgain = next && next.event.__typename !== "RunFailed";
      return {
        title: "Answer rejected",
        detail: `${count} ${count === 1 ? "problem" : "problems"}${isAskedAgain ? "; the model is asked again" : ""}`,
        icon: "i-lucide-undo-2",
        tone: "warning",
      };
    }
    case "RunRetrying":
      if (isStepDown(event)) {
        return {
          title: "Asks in another output mode",
          detail: event.message,
          icon: "i-lucide-arrow-down-right",
          tone: "warning",
        };
      }
      return {
        title: `${ERRORS[event.code].title}: tries again`,
        detail: event.message,
        icon: "i-lucide-rotate-cw",
        tone: "warning",
      };
    case "RunRequeued":
      return {
        title: "Back in the queue",
        detail: event.reason,
        icon: "i-lucide-corner-up-left",
        tone: "warning",
      };
    case "RunCancelling":
      return {
        title: "Cancel asked for",
        detail: "The worker closes its connection to the model",
        icon: "i-lucide-circle-stop",
        tone: "warning",
      };
    case "RunCancelled":
      return { title: "Cancelled", icon: "i-lucide-circle-slash", tone: "muted" };
    case "RunSucceeded":
      return {
        title: "Succeeded",
        detail: "The output fits the response schema",
        icon: "i-lucide-circle-check",
        tone: "success",
      };
    case "RunFailed":
      return {
        title: "Failed",
        detail: ERRORS[event.error.code].title,
        icon: "i-lucide-circle-alert",
        tone: "error",
      };
  }
}
