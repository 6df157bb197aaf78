/** A run and its events: what is stored is asked for again at each step that the events tell. */
import { useQuery } from "@urql/vue";
import { computed, watch } from "vue";
import { RunDocument, type RunStatus } from "./gql/graphql";
import { isOver } from "./story";
import { useRunEvents } from "./useRunEvents";

export function useRun(id: () => string) {
  const stored = useQuery({
    query: RunDocument,
    variables: () => ({ id: id() }),
  });
  const { story } = useRunEvents(id);
  const run = computed(() => stored.data.value?.run ?? null);

  watch(
    () => story.value.landmarks,
    (now, before) => {
      const isKnown = run.value && run.value.lastSequence >= story.value.lastSequence;
      if (now > before && !isKnown) stored.executeQuery({ requestPolicy: "network-only" });
    },
  );

  /** Whoever is further: the events come first, and a request may be told before its event. */
  const status = computed<RunStatus | null>(() => {
    const known = run.value?.status ?? null;
    const told = story.value.status;
    if (!told || !run.value) return known;
    if (isOver(known) || run.value.lastSequence > story.value.lastSequence) return known;
    // From there it only ends.
    return known === "CANCELLING" && !isOver(told) ? known : told;
  });

  return {
    run,
    story,
    status,
    error: stored.error,
    isMissing: computed(() => stored.data.value !== undefined && !run.value),
    retry: () => {
      stored.executeQuery({ requestPolicy: "network-only" });
    },
  };
}

export type RunDetail = NonNullable<ReturnType<typeof useRun>["run"]["value"]>;
