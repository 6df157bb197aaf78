/** Keeps agents, what they are assigned and their counts of runs as they are now. */
import { useThrottleFn } from "@vueuse/core";
import type { Ref } from "vue";
import { useAssignmentsLive } from "@/features/assignments";
import { client } from "@/lib/client";
import { useLive } from "@/lib/live";
import { MAX_AGENTS_PER_REQUEST, countsOf } from "./counts";
import { WatchAgentRunsDocument, WatchAgentsDocument } from "./gql/graphql";

const COUNT_INTERVAL_MS = 1_000;

export function useAgentsLive(shown: Ref<{ id: string }[]>, since: Ref<string>): void {
  useLive(WatchAgentsDocument, {});
  useAssignmentsLive();

  // Runs may change by the hundred: only agents that had one are counted again, once a second.
  const moved = new Set<string>();
  const count: () => unknown = useThrottleFn(
    () => {
      const ids = new Set(shown.value.map(({ id }) => id));
      const asked = [...moved].filter((id) => ids.has(id)).slice(0, MAX_AGENTS_PER_REQUEST);
      for (const id of moved) if (!ids.has(id) || asked.includes(id)) moved.delete(id);
      if (!asked.length) return;
      const { document, variables } = countsOf(asked, since.value);
      void client.value
        .query(document, variables, { requestPolicy: "network-only" })
        .toPromise()
        .then(() => moved.size && count());
    },
    COUNT_INTERVAL_MS,
    true,
    true,
  );
  useLive(WatchAgentRunsDocument, {}, ({ runChanged: { run } }) => {
    if (!run) return;
    moved.add(run.agentId);
    void count();
  });
}
