/** An agent being created or changed: what was typed, what is wrong, and saving it. */
import { useQuery } from "@urql/vue";
import { computed, ref } from "vue";
import { useMutate } from "@/lib/mutate";
import { useStoredForm } from "@/lib/stored-form";
import {
  type StoredAgent,
  check,
  emptyValues,
  toCreateInput,
  toUpdateInput,
  valuesOf,
} from "./agent-form";
import { AgentDocument, CreateAgentDocument, UpdateAgentDocument } from "./gql/graphql";

export function useAgentForm(id: () => string | undefined) {
  const query = useQuery({
    query: AgentDocument,
    variables: () => ({ id: id() ?? "" }),
    pause: () => !id(),
  });
  const { data } = query;
  const current = computed<StoredAgent | null>(() => data.value?.agent ?? null);
  const values = ref(emptyValues());
  const create = useMutate(CreateAgentDocument, "createAgent");
  const update = useMutate(UpdateAgentDocument, "updateAgent");
  const form = useStoredForm({
    values,
    valuesOf,
    current,
    query,
  });

  /** The id of the saved agent, or null with the failure told. */
  async function save(): Promise<string | null> {
    const problems = check(values.value);
    if (Object.keys(problems).length) {
      const message = "Something below is missing or wrong.";
      return await form.refuse({ kind: "Incomplete", message, fields: problems });
    }
    const stored = form.stored.value;
    const outcome = stored
      ? await update.run({ input: toUpdateInput(values.value, stored) })
      : await create.run({ input: toCreateInput(values.value) });
    if (!outcome.ok) return await form.refuse(outcome.failure);
    form.open(outcome.payload.agent);
    return outcome.payload.agent.id;
  }

  return {
    ...form,
    values,
    data,
    isSaving: computed(() => create.isPending.value || update.isPending.value),
    save,
  };
}
