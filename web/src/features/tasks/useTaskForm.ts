/** A task being created or changed: what was typed, what is wrong, and saving it. */
import { useQuery } from "@urql/vue";
import { computed, reactive, ref, shallowRef, watch } from "vue";
import { TaskDocument } from "@/gql/graphql";
import { emptySchema } from "@/features/schema-builder/edits";
import { useSchemaField } from "@/features/schema-builder/useSchemaField";
import { createTask, updateTask } from "./save-task";
import {
  type Refusal,
  type StoredTask,
  type TaskValues,
  check,
  emptyValues,
  issuesOf,
  toCreateInput,
  toUpdateInput,
  valuesOf,
} from "./task-form";

export function useTaskForm(id: () => string | undefined) {
  const { data, fetching, error, ...query } = useQuery({
    query: TaskDocument,
    variables: () => ({ id: id() ?? "" }),
    pause: () => !id(),
  });
  const current = computed<StoredTask | null>(() => data.value?.task ?? null);
  /** As it was when the form opened: what others change meanwhile is a conflict, not an edit. */
  const stored = shallowRef<StoredTask | null>(null);
  const failure = shallowRef<Refusal | null>(null);
  const isSaving = ref(false);
  const typed = reactive({ name: "", description: "", isFreeText: true });
  const request = useSchemaField();
  const response = useSchemaField();

  const values = computed<TaskValues>(() => ({
    name: typed.name,
    description: typed.description,
    request: typed.isFreeText ? null : request.text.value,
    response: response.text.value,
  }));
  const before = computed(() => (stored.value ? valuesOf(stored.value) : emptyValues()));
  const isDirty = computed(() => JSON.stringify(before.value) !== JSON.stringify(values.value));

  function open(task: StoredTask): void {
    stored.value = task;
    typed.name = task.name;
    typed.description = task.description ?? "";
    typed.isFreeText = !task.requestSchema;
    request.open(task.requestSchema ?? emptySchema());
    response.open(task.responseSchema);
    failure.value = null;
  }

  watch(
    current,
    (task) => {
      if (task && !stored.value) open(task);
    },
    { immediate: true },
  );

  function refuse(refusal: Refusal): null {
    request.refuse(issuesOf(refusal, "requestSchema"));
    response.refuse(issuesOf(refusal, "responseSchema"));
    request.openProblems();
    response.openProblems();
    failure.value = refusal;
    return null;
  }

  function problemsHere(): Record<string, string> {
    const problems = check(values.value);
    const words = "Put right what is marked below.";
    if (!typed.isFreeText && request.hasOwnProblems.value) problems.requestSchema = words;
    if (response.hasOwnProblems.value) problems.responseSchema = words;
    return problems;
  }

  /** The id of the saved task, or null with the failure told. */
  async function save(): Promise<string | null> {
    const problems = problemsHere();
    if (Object.keys(problems).length) {
      request.openProblems();
      response.openProblems();
      const message = "Something is missing below.";
      failure.value = { kind: "Incomplete", message, fields: problems, issues: [] };
      return null;
    }
    isSaving.value = true;
    try {
      const saved = stored.value
        ? await updateTask(toUpdateInput(values.value, stored.value, stored.value.revision))
        : await createTask(toCreateInput(values.value));
      if ("refusal" in saved) return refuse(saved.refusal);
      stored.value = saved.task;
      // The server trims names: nothing is unsaved.
      typed.name = saved.task.name;
      typed.description = saved.task.description ?? "";
      return saved.task.id;
    } finally {
      isSaving.value = false;
    }
  }

  return {
    typed,
    values,
    request,
    response,
    stored,
    current,
    failure,
    isDirty,
    isSaving,
    error,
    reload: () => {
      query.executeQuery();
    },
    isMissing: computed(() => Boolean(id()) && data.value?.task === null),
    isLoading: computed(() => Boolean(id()) && fetching.value && !stored.value),
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
