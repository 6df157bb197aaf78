/** Collects what the features bring to the cache. */
import type { CachePart } from "@/lib/cache";

const modules = import.meta.glob<CachePart>("../features/*/cache.ts", {
  eager: true,
  import: "cache",
});

export const cacheParts = Object.values(modules);
