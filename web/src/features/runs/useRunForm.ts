/** An assignment about to be run: which one, its input, and asking for the run. */
import { useQuery } from "@urql/vue";
import { computed, shallowRef, watch } from "vue";
import { useJsonForm } from "@/editors/json-form";
import { mayHaveChanged } from "@/lib/exact-numbers";
import { useMutate } from "@/lib/mutate";
import type { Failure } from "@/lib/outcome";
import { RunFormDocument, RunInputDocument, RunTaskDocument } from "./gql/graphql";

/** The fields of the input without the word that the API puts before them. */
export function inputFields(fields: Record<string, string>): Record<string, string> {
  const inside = Object.entries(fields).flatMap(([path, message]) => {
    if (path === "input") return [["", message]];
    return path.startsWith("input.") ? [[path.slice("input.".length), message]] : [];
  });
  return Object.fromEntries(inside) as Record<string, string>;
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function useRunForm(assignmentId: () => string | null, from: () => string | null) {
  const { data, fetching, error } = useQuery({
    query: RunFormDocument,
    variables: () => ({ assignmentId: assignmentId() ?? "" }),
    pause: () => !assignmentId(),
  });
  const earlier = useQuery({
    query: RunInputDocument,
    variables: () => ({ id: from() ?? "" }),
    pause: () => !from(),
  });
  const assignment = computed(() => {
    const found = data.value?.assignment;
    return found && found.id === assignmentId() ? found : null;
  });
  const schema = computed<unknown>(() => assignment.value?.task?.requestSchema);
  const form = useJsonForm(
    () => schema.value,
    () => (assignment.value?.task ? assignment.value.id : undefined),
  );
  const failure = shallowRef<Failure | null>(null);
  const runTask = useMutate(RunTaskDocument, "runTask");

  // Once: what is typed on top of it stays.
  let filledFrom: string | null = null;
  watch(
    [() => earlier.data.value?.run, schema],
    ([run, known]) => {
      if (!run || known === undefined || run.id !== from() || filledFrom === run.id) return;
      filledFrom = run.id;
      form.fill(run.input);
    },
    { immediate: true, flush: "post" },
  );

  watch(assignmentId, () => (failure.value = null));

  // The same request keeps its key, so that asking again after a lost answer runs nothing twice.
  let request = { text: "", key: "" };

  /** The id of the run, or null with the failure told. */
  async function submit(): Promise<string | null> {
    failure.value = null;
    const chosen = assignment.value;
    if (!chosen && fetching.value) return null;
    if (!chosen?.task || !chosen.isActive) {
      failure.value = { kind: "Incomplete", message: "Choose an assignment first.", fields: {} };
      return null;
    }
    const input = form.submit();
    if (!input) {
      failure.value = {
        kind: "Incomplete",
        message: "Something below is missing or wrong.",
        fields: {},
      };
      return null;
    }
    const text = JSON.stringify([chosen.id, input.value]);
    if (request.text !== text) request = { text, key: newKey() };
    const outcome = await runTask.run({
      input: { assignmentId: chosen.id, input: input.value, idempotencyKey: request.key },
    });
    if (!outcome.ok) {
      failure.value = outcome.failure;
      form.refuse(inputFields(outcome.failure.fields));
      return null;
    }
    request = { text: "", key: "" };
    return outcome.payload.run.id;
  }

  return {
    form,
    assignment,
    schema,
    failure,
    error,
    isLoading: computed(() => fetching.value && !assignment.value),
    isMissing: computed(() => data.value?.assignment === null),
    isRounded: computed(() => Boolean(from()) && mayHaveChanged(earlier.data.value?.run?.input)),
    isRunning: runTask.isPending,
    submit,
  };
}
