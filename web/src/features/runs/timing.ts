/** How long a run took, or takes so far. */
import { createSharedComposable, useNow } from "@vueuse/core";

export const useSeconds = createSharedComposable(() => useNow({ interval: 1_000 }));

interface Timed {
  startedAt?: string | null;
  finishedAt?: string | null;
}

/** Null before it begins. A clock that goes wrong gives no negative time. */
export function elapsed({ startedAt, finishedAt }: Timed, now: number): number | null {
  if (!startedAt) return null;
  const end = finishedAt ? Date.parse(finishedAt) : now;
  return Math.max(0, end - Date.parse(startedAt));
}
