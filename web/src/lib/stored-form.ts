/** What is changed in a form: as it was stored when the form opened, as it is stored now, and what
 * was typed. What others save meanwhile is a conflict, not an edit. */
import type { CombinedError } from "@urql/core";
import { type Ref, computed, shallowRef, watch } from "vue";
import type { Failure } from "./outcome";

/** What was typed here, on top of what somebody else saved meanwhile. */
export function merge<Values extends object>(mine: Values, base: Values, theirs: Values): Values {
  const keys = Object.keys(mine) as (keyof Values)[];
  const one = (key: keyof Values) => (mine[key] === base[key] ? theirs[key] : mine[key]);
  return Object.fromEntries(keys.map((key) => [key, one(key)])) as Values;
}

interface StoredQuery {
  data: Ref<unknown>;
  error: Ref<CombinedError | undefined>;
  isPaused: Ref<boolean>;
  executeQuery: (options?: { requestPolicy: "network-only" }) => PromiseLike<unknown>;
}

export function useStoredForm<Stored, Values extends object, Refusal extends Failure = Failure>({
  values,
  valuesOf,
  current,
  query,
}: {
  /** What is typed; it begins as the values of a new thing. */
  values: Ref<Values>;
  valuesOf: (stored: Stored) => Values;
  /** As it is stored now; null: it is new, or not known yet. */
  current: Ref<Stored | null>;
  /** What asks for it; of a new thing it is paused. */
  query: StoredQuery;
}) {
  const stored: Ref<Stored | null> = shallowRef(null);
  /** What was there before anything was typed. */
  const before: Ref<Values> = shallowRef({ ...values.value });
  const failure: Ref<Refusal | null> = shallowRef(null);

  function open(thing: Stored): void {
    stored.value = thing;
    before.value = valuesOf(thing);
    values.value = valuesOf(thing);
    failure.value = null;
  }

  watch(
    current,
    (thing) => {
      if (thing && !stored.value) open(thing);
    },
    { immediate: true },
  );

  /** What “mine” means in a conflict: fields that were not touched are as somebody saved them. */
  const merged = computed(() =>
    current.value ? merge(values.value, before.value, valuesOf(current.value)) : values.value,
  );

  /** Both versions are shown where somebody else was faster. */
  async function refuse(refusal: Refusal): Promise<null> {
    if (refusal.kind === "StaleRevisionError")
      await query.executeQuery({ requestPolicy: "network-only" });
    failure.value = refusal;
    return null;
  }

  return {
    current,
    stored,
    error: query.error,
    isGone: computed(() => Boolean(query.data.value) && !current.value && !stored.value),
    isLoading: computed(() => !query.isPaused.value && !stored.value && !query.error.value),
    reload(): void {
      void query.executeQuery();
    },
    failure,
    merged,
    isDirty: computed(() => JSON.stringify(before.value) !== JSON.stringify(values.value)),
    open,
    refuse,
    /** Suggests values without making the form dirty. */
    suggest(proposed: Partial<Values>): void {
      values.value = { ...values.value, ...proposed };
      before.value = { ...before.value, ...proposed };
    },
    takeCurrent(): void {
      if (current.value) open(current.value);
    },
    keepMine(): void {
      if (!current.value) return;
      const mine = merged.value;
      open(current.value);
      values.value = mine;
    },
  };
}
