/** What the cache keeps of providers. */
import type { CachePart } from "@/lib/cache";
import { edited } from "@/lib/cache-optimistic";
import { changed, created, deleted } from "@/lib/cache-updates";

export const cache: CachePart = {
  identified: ["Provider"],
  byId: { provider: "Provider" },
  subscriptions: { providerChanged: changed("Provider", "providers") },
  mutations: {
    createProvider: created("providers"),
    deleteProvider: deleted("Provider", "providers"),
  },
  optimistic: { updateProvider: edited("Provider", "name", "isActive") },
};
