/** Choosing a provider out of many: what fits the search, and the chosen one with its models. */
import { useQuery } from "@urql/vue";
import { refDebounced } from "@vueuse/core";
import { type Ref, computed, ref, watch } from "vue";
import { useRoute } from "vue-router";
import { ProviderDocument, ProvidersDocument } from "./gql/graphql";
import { lookOf } from "./status";

export function useProviderChoice(
  providerId: Ref<string>,
  /** The provider that the agent has: it may keep it, even if it is inactive. */
  kept: () => { id: string; name: string } | undefined,
  suggest: (providerId: string) => void,
) {
  const route = useRoute();
  const term = ref("");
  const search = refDebounced(term, 150);
  const { data } = useQuery({
    query: ProvidersDocument,
    variables: () => ({ first: 20, search: search.value.trim() || null }),
  });
  const found = computed(() => data.value?.providers.nodes ?? []);
  // The list of agents may be narrowed to a provider: a new agent starts with it.
  const askedId = computed(() => providerId.value || String(route.query.provider ?? ""));
  const { data: asked } = useQuery({
    query: ProviderDocument,
    variables: () => ({ id: askedId.value }),
    pause: () => !askedId.value,
  });
  const chosen = computed(() =>
    [...found.value, asked.value?.provider].find((known) => known?.id === providerId.value),
  );

  const shown = computed(
    () => chosen.value ?? (kept()?.id === providerId.value ? kept() : undefined),
  );
  const items = computed(() => {
    const listed = found.value.map(({ id, name, isActive, validationStatus }) => ({
      value: id,
      label: name,
      description: isActive ? lookOf(validationStatus).label : "Inactive: it takes no new agents",
      icon: isActive ? lookOf(validationStatus).icon : "i-lucide-circle-pause",
      disabled: !isActive && id !== kept()?.id,
    }));
    const now = shown.value;
    if (!now || search.value || listed.some(({ value }) => value === now.id)) return listed;
    return [{ value: now.id, label: now.name }, ...listed];
  });

  watch(
    [data, asked],
    () => {
      if (kept() || providerId.value || search.value) return;
      if (askedId.value && !asked.value) return;
      const isAll = data.value?.providers.pageInfo.hasNextPage === false;
      const active = found.value.filter(({ isActive }) => isActive);
      const only = isAll && active.length === 1 ? active[0] : undefined;
      const wanted = asked.value?.provider?.isActive ? asked.value.provider : only;
      if (wanted) suggest(wanted.id);
    },
    { immediate: true },
  );

  return {
    term,
    /** With its models, as soon as they are known. */
    chosen,
    chosenName: computed(() => shown.value?.name),
    items,
    isNone: computed(() => Boolean(data.value) && !items.value.length && !search.value),
  };
}
