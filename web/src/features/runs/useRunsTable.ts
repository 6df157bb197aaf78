/** The runs that a filter wants, page by page. Rows keep their place while somebody reads: what
 * is new is counted, and shown when it is asked for. */
import { type ComputedRef, computed, ref, shallowRef, watch } from "vue";
import { connection } from "@/lib/connection";
import { useLive } from "@/lib/live";
import { usePages } from "@/lib/pages";
import { type Filters, isWanted, toVariables } from "./filters";
import { type RunRowFragment, RunsDocument, WatchRunsDocument } from "./gql/graphql";

/** Whether a changed run belongs into what is shown, and is not in it. Ids grow with time. */
export function isNews(
  run: RunRowFragment,
  isNew: boolean,
  filters: Filters,
  shown: { newest: string | null; oldest: string | null; has: (id: string) => boolean },
): boolean {
  if (!isWanted(run, filters) || shown.has(run.id)) return false;
  if (isNew) return true;
  // An old run can come in by its status alone; further down it comes with its page.
  return filters.statuses.length > 0 && (shown.oldest === null || run.id > shown.oldest);
}

export function useRunsTable(filters: ComputedRef<Filters>) {
  const askedAt = ref(Date.now());
  const variables = computed(() => toVariables(filters.value, askedAt.value));
  const pages = usePages(RunsDocument, variables, (data) => data.runs);

  /** Runs behind this one are held back; null: none are. */
  const newest = ref<string | null>(null);
  const held = shallowRef<ReadonlySet<string>>(new Set());

  const rows = computed(() => {
    const all = pages.rows.value;
    const limit = newest.value;
    return limit && all.some(({ id }) => id > limit) ? all.filter(({ id }) => id <= limit) : all;
  });
  const ids = computed(() => new Set(rows.value.map(({ id }) => id)));

  function holdBack(): void {
    newest.value ??= rows.value[0]?.id ?? null;
  }

  function showNew(): void {
    newest.value = null;
    held.value = new Set();
    if (filters.value.since) askedAt.value = Date.now();
    pages.refetch();
  }

  watch(filters, () => {
    newest.value = null;
    held.value = new Set();
    askedAt.value = Date.now();
  });
  // What happened meanwhile arrives with the next answer, and is not to push the rows down.
  watch(connection.state, (state) => {
    if (state !== "live") holdBack();
  });

  useLive(
    WatchRunsDocument,
    () => ({
      agentId: filters.value.agent,
      taskId: filters.value.task,
      assignmentId: filters.value.assignment,
    }),
    ({ runChanged: { kind, run } }) => {
      if (!run || held.value.has(run.id)) return;
      const shown = {
        newest: newest.value,
        oldest: pages.hasMore.value ? (rows.value.at(-1)?.id ?? null) : null,
        has: (id: string) => ids.value.has(id),
      };
      if (!isNews(run, kind === "CREATED", filters.value, shown)) return;
      if (!rows.value.length) {
        // Nothing is there that could jump.
        pages.refetch();
        return;
      }
      holdBack();
      held.value = new Set([...held.value, run.id]);
    },
  );

  const newCount = computed(() => {
    const limit = newest.value;
    const hidden = limit ? pages.rows.value.filter(({ id }) => id > limit) : [];
    return new Set([...held.value, ...hidden.map(({ id }) => id)]).size;
  });

  return { ...pages, rows, newCount, showNew };
}
