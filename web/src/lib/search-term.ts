/** What a list is searched for: it stands in the address, and is asked for when the typing rests. */
import { refDebounced } from "@vueuse/core";
import { computed, ref, watch } from "vue";
import { useRoute, useRouter } from "vue-router";

export function useSearchTerm() {
  const route = useRoute();
  const router = useRouter();
  const addressed = computed(() => String(route.query.search ?? ""));
  const term = ref(addressed.value);
  const debounced = refDebounced(term, 200);

  watch(debounced, (wanted) => {
    if (wanted === addressed.value) return;
    void router.replace({ query: { ...route.query, search: wanted || undefined } });
  });
  watch(addressed, (wanted) => {
    if (wanted !== debounced.value) term.value = wanted;
  });

  return { term, search: computed(() => debounced.value.trim()) };
}
