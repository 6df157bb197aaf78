import { nextTick, ref } from "vue";
import { expect, it } from "vitest";
import { useStoredForm } from "./stored-form";

interface Thing {
  name: string;
  text: string;
  revision: number;
}
const valuesOf = ({ name, text }: Thing) => ({ name, text });
const stale = { kind: "StaleRevisionError", message: "", fields: {} };

function opened() {
  const current = ref<Thing | null>(null);
  const values = ref({ name: "", text: "" });
  const answer = ref<Thing | null>(null);
  const form = useStoredForm({
    values,
    valuesOf,
    current,
    query: {
      data: ref(undefined),
      error: ref(undefined),
      isPaused: ref(false),
      executeQuery: async () => {
        await Promise.resolve();
        current.value = answer.value;
      },
    },
  });
  return { current, values, answer, form };
}

it("opens with what is stored, once: what others change later is no edit", async () => {
  const { current, values, form } = opened();
  current.value = { name: "One", text: "a", revision: 1 };
  await nextTick();
  expect(values.value).toEqual({ name: "One", text: "a" });
  values.value.text = "mine";
  current.value = { name: "Two", text: "a", revision: 2 };
  await nextTick();
  expect(values.value).toEqual({ name: "One", text: "mine" });
  expect(form.stored.value?.revision).toBe(1);
});

it("asks how it is stored now before it shows a conflict, and goes on with mine", async () => {
  const { current, values, answer, form } = opened();
  current.value = { name: "One", text: "a", revision: 1 };
  await nextTick();
  values.value.text = "mine";
  answer.value = { name: "Renamed", text: "theirs", revision: 2 };
  await form.refuse(stale);
  expect(form.failure.value).toEqual(stale);
  expect(form.merged.value).toEqual({ name: "Renamed", text: "mine" });
  form.keepMine();
  expect(values.value).toEqual({ name: "Renamed", text: "mine" });
  expect(form.stored.value?.revision).toBe(2);
  expect(form.isDirty.value).toBe(true);
  expect(form.failure.value).toBeNull();
});

it("takes what is saved", async () => {
  const { current, values, form } = opened();
  current.value = { name: "One", text: "a", revision: 1 };
  await nextTick();
  values.value.text = "mine";
  form.takeCurrent();
  expect(values.value.text).toBe("a");
  expect(form.isDirty.value).toBe(false);
});

it("is not made dirty by a suggestion", () => {
  const { values, form } = opened();
  form.suggest({ name: "Proposed" });
  expect(values.value.name).toBe("Proposed");
  expect(form.isDirty.value).toBe(false);
  values.value.text = "typed";
  expect(form.isDirty.value).toBe(true);
});
