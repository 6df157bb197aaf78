/** A provider being created or changed: what was typed, what is wrong, and saving it. */
import { useQuery } from "@urql/vue";
import { computed, ref } from "vue";
import { useMutate } from "@/lib/mutate";
import { useStoredForm } from "@/lib/stored-form";
import { CreateProviderDocument, ProviderDocument, UpdateProviderDocument } from "./gql/graphql";
import {
  type StoredProvider,
  check,
  emptyValues,
  toCreateInput,
  toUpdateInput,
  valuesOf,
} from "./provider-form";

export function useProviderForm(id: () => string | undefined) {
  const query = useQuery({
    query: ProviderDocument,
    variables: () => ({ id: id() ?? "" }),
    pause: () => !id(),
  });
  const { data } = query;
  const current = computed<StoredProvider | null>(() => data.value?.provider ?? null);
  const values = ref(emptyValues());
  const create = useMutate(CreateProviderDocument, "createProvider");
  const update = useMutate(UpdateProviderDocument, "updateProvider");
  const form = useStoredForm({
    values,
    valuesOf,
    current,
    query,
  });

  /** The id of the saved provider, or null with the failure told. */
  async function save(): Promise<string | null> {
    const stored = form.stored.value;
    const problems = check(values.value, stored);
    if (Object.keys(problems).length) {
      const message = "Something below is missing or wrong.";
      return await form.refuse({ kind: "Incomplete", message, fields: problems });
    }
    const outcome = stored
      ? await update.run({ input: toUpdateInput(values.value, stored) })
      : await create.run({ input: toCreateInput(values.value) });
    if (!outcome.ok) return await form.refuse(outcome.failure);
    form.open(outcome.payload.provider);
    return outcome.payload.provider.id;
  }

  return {
    ...form,
    values,
    isSaving: computed(() => create.isPending.value || update.isPending.value),
    save,
  };
}
