/** A task being created or changed: what was typed, what is wrong, and saving it. */
import { useQuery } from "@urql/vue";
import { computed, ref } from "vue";
import { type SchemaField, emptySchema, useSchemaField } from "@/editors/schema-builder";
import { emptyValues } from "@/lib/fields";
import { useStoredForm } from "@/lib/stored-form";
import { checkSchema } from "./check-schema";
import { TaskDocument } from "./gql/graphql";
import { createTask, updateTask } from "./save-task";
import { FIELDS } from "./task-fields";
import {
  type Refusal,
  type StoredTask,
  type TaskValues,
  check,
  issuesOf,
  toCreateInput,
  toUpdateInput,
  valuesOf,
} from "./task-form";

/** Cards that are right already stay as they are. */
function show(field: SchemaField, text: string): void {
  if (field.text.value !== text) field.open(JSON.parse(text));
}

export function useTaskForm(id: () => string | undefined) {
  const query = useQuery({
    query: TaskDocument,
    variables: () => ({ id: id() ?? "" }),
    pause: () => !id(),
  });
  const { data } = query;
  const current = computed<StoredTask | null>(() => data.value?.task ?? null);
  const isSaving = ref(false);
  const request = useSchemaField(checkSchema);
  const response = useSchemaField(checkSchema);
  const isFreeText = ref(true);
  /** All but the schemas, which are typed in cards. */
  const typed = ref<Omit<TaskValues, "requestSchema" | "responseSchema">>(emptyValues(FIELDS));

  const values = computed<TaskValues>({
    get: () => ({
      ...typed.value,
      requestSchema: isFreeText.value ? null : request.text.value,
      responseSchema: response.text.value,
    }),
    set: ({ requestSchema, responseSchema, ...others }) => {
      typed.value = others;
      isFreeText.value = requestSchema === null;
      show(request, requestSchema ?? JSON.stringify(emptySchema()));
      show(response, responseSchema);
    },
  });
  const form = useStoredForm<StoredTask, TaskValues, Refusal>({
    values,
    valuesOf,
    current,
    query,
  });

  async function refuse(refusal: Refusal): Promise<null> {
    request.refuse(issuesOf(refusal, "requestSchema"));
    response.refuse(issuesOf(refusal, "responseSchema"));
    request.openProblems();
    response.openProblems();
    return await form.refuse(refusal);
  }

  function problemsHere(): Record<string, string> {
    const problems = check(values.value);
    const words = "Put right what is marked below.";
    if (!isFreeText.value && request.hasOwnProblems.value) problems.requestSchema = words;
    if (response.hasOwnProblems.value) problems.responseSchema = words;
    return problems;
  }

  /** The id of the saved task, or null with the failure told. */
  async function save(): Promise<string | null> {
    const problems = problemsHere();
    if (Object.keys(problems).length) {
      request.openProblems();
      response.openProblems();
      const message = "Something below is missing or wrong.";
      return await form.refuse({ kind: "Incomplete", message, fields: problems, issues: [] });
    }
    isSaving.value = true;
    try {
      const stored = form.stored.value;
      const saved = stored
        ? await updateTask(toUpdateInput(values.value, stored))
        : await createTask(toCreateInput(values.value));
      if ("refusal" in saved) return await refuse(saved.refusal);
      form.open(saved.task);
      return saved.task.id;
    } finally {
      isSaving.value = false;
    }
  }

  return {
    ...form,
    typed,
    isFreeText,
    request,
    response,
    isSaving,
    save,
  };
}
