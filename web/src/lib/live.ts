/** A subscription whose answers go into the cache, from where every view reads. */
import { useSubscription } from "@urql/vue";
import type { TypedDocumentNode } from "@urql/core";
import { type MaybeRefOrGetter, onScopeDispose, watch } from "vue";

const RETRY_DELAY_MS = 2_000;

export function useLive<Data, Variables extends Record<string, unknown>>(
  query: TypedDocumentNode<Data, Variables>,
  variables: MaybeRefOrGetter<Variables>,
  seen?: (data: Data) => void,
): void {
  const subscription = useSubscription<Data, Data, Variables>(
    { query, variables: variables as never },
    (_before, data) => {
      seen?.(data);
      return data;
    },
  );
  // The socket retries by itself; a subscription that the server ended does not.
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(subscription.error, (failed) => {
    if (!failed) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      subscription.executeSubscription();
    }, RETRY_DELAY_MS);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
  });
}
