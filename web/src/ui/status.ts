/** How each status looks and is called. */
import type { ValidationStatus } from "@/gql/graphql";

export type RunStatus = "QUEUED" | "RUNNING" | "CANCELLING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
export type Status = ValidationStatus | RunStatus;

export interface Look {
  label: string;
  color: "neutral" | "info" | "success" | "warning" | "error";
  icon: string;
  /** Work goes on right now. */
  isMoving?: boolean;
}

const VALIDATION: Record<ValidationStatus, Look> = {
  PENDING: { label: "Waiting for a check", color: "neutral", icon: "i-lucide-clock" },
  VALIDATING: {
    label: "Validating…",
    color: "info",
    icon: "i-lucide-loader-circle",
    isMoving: true,
  },
  CONNECTED: { label: "Connected", color: "success", icon: "i-lucide-circle-check" },
  ERROR: { label: "Error", color: "error", icon: "i-lucide-circle-alert" },
};

const RUN: Record<RunStatus, Look> = {
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

export function lookOf(status: Status): Look {
  return { ...VALIDATION, ...RUN }[status];
}
