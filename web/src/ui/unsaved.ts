/** Asks before what was typed is thrown away: by a click, the back button, or a closed tab. */
import { useEventListener } from "@vueuse/core";
import { type MaybeRefOrGetter, toValue } from "vue";
import { onBeforeRouteLeave, onBeforeRouteUpdate } from "vue-router";
import { confirm } from "./confirm";

export function useUnsavedChanges(isDirty: MaybeRefOrGetter<boolean>): void {
  async function mayLeave(): Promise<boolean> {
    if (!toValue(isDirty)) return true;
    return await confirm({
      title: "Discard your changes?",
      consequences: "What you typed here is not saved and will be lost.",
      action: "Discard changes",
      tone: "error",
    });
  }

  onBeforeRouteLeave(mayLeave);
  onBeforeRouteUpdate((to, from) => to.path === from.path || mayLeave());
  useEventListener(window, "beforeunload", (event) => {
    if (toValue(isDirty)) event.preventDefault();
  });
}
