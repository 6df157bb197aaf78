/** When the day began, for the runs of the day. */
import { createSharedComposable } from "@vueuse/core";
import { computed } from "vue";
import { useNow } from "@/lib/now";

export function startOfDay(moment: Date): string {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).toISOString();
}

export const useToday = createSharedComposable(() => {
  const now = useNow();
  return computed(() => startOfDay(now.value));
});
