/** What the cache keeps of access. Of tokens and sessions that come and go, the audit tells. */
import type { CachePart } from "@/lib/cache";
import { created, deleted, listed } from "@/lib/cache-updates";

export const cache: CachePart = {
  identified: ["ApiToken", "Session"],
  subscriptions: {
    auditEntryAdded: listed((told) => {
      const { action = "" } = told as { action?: string };
      return /^(token|session)\./.test(action) ? ["apiTokens", "sessions"] : [];
    }),
  },
  mutations: {
    createApiToken: created("apiTokens"),
    revokeApiToken: deleted("ApiToken", "apiTokens", "sessions"),
    revokeSession: deleted("Session", "sessions"),
  },
};
