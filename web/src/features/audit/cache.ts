/** What the cache keeps of the audit. */
import type { CachePart } from "@/lib/cache";
import { listed } from "@/lib/cache-updates";

export const cache: CachePart = {
  identified: ["AuditEntry"],
  subscriptions: { auditEntryAdded: listed(() => ["auditEntries"]) },
};
