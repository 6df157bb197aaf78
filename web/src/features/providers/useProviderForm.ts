/** A provider being created or changed: what was typed, what is wrong, and saving it. */
import { useQuery } from "@urql/vue";
import { computed, ref, shallowRef, watch } from "vue";
import { CreateProviderDocument, ProviderDocument, UpdateProviderDocument } from "@/gql/graphql";
import { useMutate } from "@/lib/mutate";
import type { Failure } from "@/lib/outcome";
import {
  type StoredProvider,
  check,
  emptyValues,
  toCreateInput,
  toUpdateInput,
  valuesOf,
} from "./provider-form";

export function useProviderForm(id: () => string | undefined) {
  const { data, fetching } = useQuery({
    query: ProviderDocument,
    variables: () => ({ id: id() ?? "" }),
    pause: () => !id(),
  });
  const current = computed<StoredProvider | null>(() => data.value?.provider ?? null);
  /** As it was when the form opened: what others change meanwhile is a conflict, not an edit. */
  const stored = shallowRef<StoredProvider | null>(null);
  const values = ref(emptyValues());
  const failure = shallowRef<Failure | null>(null);
  const create = useMutate(CreateProviderDocument, "createProvider");
  const update = useMutate(UpdateProviderDocument, "updateProvider");

  function open(provider: StoredProvider): void {
    stored.value = provider;
    values.value = valuesOf(provider);
    failure.value = null;
  }

  watch(
    current,
    (provider) => {
      if (provider && !stored.value) open(provider);
    },
    { immediate: true },
  );

  const isDirty = computed(() => {
    const before = stored.value ? valuesOf(stored.value) : emptyValues();
    return JSON.stringify(before) !== JSON.stringify(values.value);
  });

  /** The id of the saved provider, or null with the failure told. */
  async function save(): Promise<string | null> {
    const problems = check(values.value, stored.value);
    if (Object.keys(problems).length) {
      failure.value = {
        kind: "Incomplete",
        message: "Something is missing below.",
        fields: problems,
      };
      return null;
    }
    const outcome = stored.value
      ? await update.run({
          input: toUpdateInput(values.value, stored.value, stored.value.revision),
        })
      : await create.run({ input: toCreateInput(values.value) });
    if (!outcome.ok) {
      failure.value = outcome.failure;
      return null;
    }
    stored.value = outcome.payload.provider;
    values.value = valuesOf(outcome.payload.provider);
    return outcome.payload.provider.id;
  }

  return {
    values,
    stored,
    current,
    failure,
    isDirty,
    isLoading: computed(() => fetching.value && !stored.value),
    isSaving: computed(() => create.isPending.value || update.isPending.value),
    save,
    /** Takes over what somebody else saved. */
    takeCurrent: () => {
      if (current.value) open(current.value);
    },
    /** Keeps what is typed here and puts it on top of what somebody else saved. */
    keepMine: () => {
      stored.value = current.value;
      failure.value = null;
    },
  };
}
