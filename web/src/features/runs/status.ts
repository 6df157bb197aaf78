/** How far a run is, as it looks and is called. */
import type { Look } from "@/ui/status";
import type { RunStatus } from "./gql/graphql";

const LOOKS: Record<RunStatus, Look> = {
  QUEUED: { label: "Queued", color: "neutral", icon: "i-lucide-clock" },
  RUNNING: { label: "Running", color: "info", icon: "i-lucide-loader-circle", isMoving: true },
  CANCELLING: {
    label: "Cancelling…",
    color: "warning",
    icon: "i-lucide-loader-circle",
    isMoving: true,
  },
  SUCCEEDED: { label: "Succeeded", color: "success", icon: "i-lucide-circle-check" },
  FAILED: { label: "Failed", color: "error", icon: "i-lucide-circle-alert" },
  CANCELLED: { label: "Cancelled", color: "neutral", icon: "i-lucide-circle-slash" },
};

export function lookOf(status: RunStatus): Look {
  return LOOKS[status];
}
