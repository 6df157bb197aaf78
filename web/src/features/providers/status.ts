/** How the check of a provider stands, as it looks and is called. */
import type { Look } from "@/ui/status";
import type { ValidationStatus } from "./gql/graphql";

const LOOKS: Record<ValidationStatus, Look> = {
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

export function lookOf(status: ValidationStatus): Look {
  return LOOKS[status];
}
