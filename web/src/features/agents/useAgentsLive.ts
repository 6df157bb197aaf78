/** Keeps agents, what they are assigned and their counts of runs as they are now. */
import { useThrottleFn } from "@vueuse/core";
import type { Ref } from "vue";
import { useAssignmentsLive } from "@/features/assignments";
import { client } from "@/lib/client";
import { useLive } from "@/lib/live";
import { TOGETHER, countsOf } from "./counts";
import { WatchAgentRunsDocument, WatchAgentsDocument } from "./gql/graphql";

const AT_MOST_EVERY = 1_000;

export function useAgentsLive(shown: Ref<{ id: string }[]>, since: Ref<string>): void {
  useLive(WatchAgentsDocument, {});
  useAssignmentsLive();

  // Runs may change by the hundred: only agents that had one are counted again, once a second.
  const moved = new Set<string>();
  const count: () => unknown = useThrottleFn(
    () => {
      const ids = new Set(shown.value.map(({ id }) => id));
      const asked = [...moved].filter((id) => ids.has(id)).slice(0, TOGETHER);
      for (const id of moved) if (!ids.has(id) || asked.includes(id)) moved.delete(id);
      if (!asked.length) return;
      const { document, variables } = countsOf(asked, since.value);
      void client.value
        .query(document, variables, { requestPolicy: "network-only" })
        .toPromise()
        .then(() => moved.size && count());
    },
    AT_MOST_EVERY,
    true,
    true,
  );
  useLive(WatchAgentRunsDocument, {}, ({ runChanged: { run } }) => {
    if (!run) return;
    moved.add(run.agentId);
    void count();
  });
}
