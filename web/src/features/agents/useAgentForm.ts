/** An agent being created or changed: what was typed, what is wrong, and saving it. */
import { useQuery } from "@urql/vue";
import { computed, ref, shallowRef, watch } from "vue";
import { AgentDocument, CreateAgentDocument, UpdateAgentDocument } from "@/gql/graphql";
import { useMutate } from "@/lib/mutate";
import type { Failure } from "@/lib/outcome";
import {
  type StoredAgent,
  check,
  emptyValues,
  merge,
  toCreateInput,
  toUpdateInput,
  valuesOf,
} from "./agent-form";

export function useAgentForm(id: () => string | undefined) {
  const query = useQuery({
    query: AgentDocument,
    variables: () => ({ id: id() ?? "" }),
    pause: () => !id(),
  });
  const { data, error } = query;
  const current = computed<StoredAgent | null>(() => data.value?.agent ?? null);
  /** As it was when the form opened: what others change meanwhile is a conflict, not an edit. */
  const stored = shallowRef<StoredAgent | null>(null);
  /** What is there before anything is typed. */
  const before = ref(emptyValues());
  const values = ref(emptyValues());
  const failure = shallowRef<Failure | null>(null);
  const create = useMutate(CreateAgentDocument, "createAgent");
  const update = useMutate(UpdateAgentDocument, "updateAgent");

  function open(agent: StoredAgent): void {
    stored.value = agent;
    before.value = valuesOf(agent);
    values.value = valuesOf(agent);
    failure.value = null;
  }

  watch(
    current,
    (agent) => {
      if (agent && !stored.value) open(agent);
    },
    { immediate: true },
  );

  const merged = computed(() =>
    current.value
      ? merge(values.value, before.value, valuesOf(current.value))
      : { ...values.value },
  );

  /** The id of the saved agent, or null with the failure told. */
  async function save(): Promise<string | null> {
    const problems = check(values.value);
    if (Object.keys(problems).length) {
      failure.value = {
        kind: "Incomplete",
        message: "Something below is missing or wrong.",
        fields: problems,
      };
      return null;
    }
    const outcome = stored.value
      ? await update.run({ input: toUpdateInput(values.value, stored.value) })
      : await create.run({ input: toCreateInput(values.value) });
    if (outcome.ok) {
      open(outcome.payload.agent);
      return outcome.payload.agent.id;
    }
    if (outcome.failure.kind === "StaleRevisionError") await fetchCurrent();
    failure.value = outcome.failure;
    return null;
  }

  async function fetchCurrent(): Promise<void> {
    await query.executeQuery({ requestPolicy: "network-only" });
  }

  return {
    values,
    stored,
    current,
    data,
    error,
    failure,
    /** What “mine” means in a conflict: fields that were not touched are as somebody saved them. */
    merged,
    isDirty: computed(() => JSON.stringify(before.value) !== JSON.stringify(values.value)),
    isGone: computed(() => Boolean(data.value && !data.value.agent && !stored.value)),
    isLoading: computed(() => Boolean(id()) && !stored.value && !error.value),
    isSaving: computed(() => create.isPending.value || update.isPending.value),
    save,
    /** Suggests a value without making the form dirty. */
    suggest(proposed: Partial<ReturnType<typeof emptyValues>>): void {
      Object.assign(values.value, proposed);
      Object.assign(before.value, proposed);
    },
    takeCurrent(): void {
      if (current.value) open(current.value);
    },
    keepMine(): void {
      if (!current.value) return;
      values.value = merged.value;
      stored.value = current.value;
      before.value = valuesOf(current.value);
      failure.value = null;
    },
  };
}
