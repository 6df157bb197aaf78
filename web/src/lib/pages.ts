/** A list that grows page by page. Each page begins after the row that the page before it ends
 * with now, so that no row is missed or shown twice when rows come and go. */
import type { CombinedError, TypedDocumentNode } from "@urql/core";
import { type MaybeRefOrGetter, computed, onScopeDispose, shallowRef, toValue, watch } from "vue";
import { client } from "./client";

interface Connection<Row> {
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
  totalCount?: number;
}

interface Page<Row> {
  after: string | null;
  connection: Connection<Row> | null;
  stop: () => void;
}

export function usePages<Data, Variables extends Record<string, unknown>, Row>(
  document: TypedDocumentNode<Data, Variables>,
  variables: MaybeRefOrGetter<Omit<Variables, "after">>,
  pick: (data: Data) => Connection<Row>,
) {
  const pages = shallowRef<Page<Row>[]>([]);
  const error = shallowRef<CombinedError>();

  function open(index: number, after: string | null): void {
    pages.value[index]?.stop();
    const page: Page<Row> = {
      after,
      connection: pages.value[index]?.connection ?? null,
      stop: () => undefined,
    };
    pages.value = pages.value.with(index, page);
    const asked = { ...toValue(variables), after } as unknown as Variables;
    const watched = client.value.query(document, asked).subscribe((result) => {
      error.value = result.error;
      if (result.data) receive(page, pick(result.data));
    });
    page.stop = () => {
      watched.unsubscribe();
    };
  }

  function receive(page: Page<Row>, connection: Connection<Row>): void {
    const index = pages.value.indexOf(page);
    if (index < 0) return;
    page.connection = connection;
    const { hasNextPage, endCursor } = connection.pageInfo;
    const next = pages.value[index + 1];
    if (next && !hasNextPage) cut(index + 1);
    else if (next && endCursor && next.after !== endCursor) open(index + 1, endCursor);
    pages.value = [...pages.value];
  }

  function cut(from: number): void {
    for (const page of pages.value.slice(from)) page.stop();
    pages.value = pages.value.slice(0, from);
  }

  function start(): void {
    cut(0);
    pages.value = [{ after: null, connection: null, stop: () => undefined }];
    open(0, null);
  }

  watch([() => JSON.stringify(toValue(variables)), client], start, { immediate: true });
  onScopeDispose(() => {
    cut(0);
  });

  const last = computed(() => pages.value.at(-1)?.connection ?? null);
  return {
    rows: computed(() => pages.value.flatMap(({ connection }) => connection?.nodes ?? [])),
    totalCount: computed(() => pages.value[0]?.connection?.totalCount),
    /** Nothing has arrived yet: the time for skeletons. */
    isLoading: computed(() => !pages.value[0]?.connection && !error.value),
    hasMore: computed(() => last.value?.pageInfo.hasNextPage ?? false),
    error,
    loadMore(): void {
      const { hasNextPage, endCursor } = last.value?.pageInfo ?? {};
      if (!hasNextPage || !endCursor) return;
      pages.value = [...pages.value, { after: null, connection: null, stop: () => undefined }];
      open(pages.value.length - 1, endCursor);
    },
    refetch: start,
  };
}
