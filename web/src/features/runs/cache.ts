/** What the cache keeps of runs. They arrive by the hundred: their table says "12 new" instead of
 * asking again. */
import type { CachePart } from "@/lib/cache";
import { changed } from "@/lib/cache-updates";

export const cache: CachePart = {
  identified: ["Run"],
  byId: { run: "Run" },
  subscriptions: { runChanged: changed("Run") },
  mutations: {
    // Whether anything has run.
    runTask: (_result, _args, cache) => {
      cache.invalidate("Query", "runs", { first: 1 });
    },
  },
  optimistic: {
    cancelRun: (args) => {
      const { runId } = args.input as { runId: string };
      const run = { __typename: "Run", id: runId, status: "CANCELLING" };
      return { __typename: "CancelRunPayload", run };
    },
  },
};
