/** What the cache keeps of agents. */
import type { CachePart } from "@/lib/cache";
import { edited } from "@/lib/cache-optimistic";
import { changed, created, deleted } from "@/lib/cache-updates";

export const cache: CachePart = {
  identified: ["Agent", "AgentRevision"],
  byId: { agent: "Agent" },
  subscriptions: { agentChanged: changed("Agent", "agents") },
  mutations: {
    createAgent: created("agents"),
    // What it was assigned ends with it.
    deleteAgent: deleted("Agent", "agents", "assignments"),
  },
  optimistic: { updateAgent: edited("Agent", "name", "description", "modelName") },
};
