/** What the cache keeps of instances: there is one list, which is told as a whole. */
import type { CachePart } from "@/lib/cache";

export const cache: CachePart = {
  identified: ["AgentInstance"],
  subscriptions: {
    agentInstancesChanged: {
      lists: () => [],
      update: (result, _args, cache) => {
        cache.link("Query", "agentInstances", result.agentInstancesChanged as never);
      },
    },
  },
};
