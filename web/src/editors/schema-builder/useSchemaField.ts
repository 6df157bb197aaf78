/** A schema being built: its cards, what is wrong with them, and which are open. */
import { refDebounced } from "@vueuse/core";
import { type InjectionKey, computed, inject, reactive, ref, shallowRef, watch } from "vue";
import { emptySchema } from "./edits";
import { type SchemaNode, partOf, propertiesOf } from "./model";
import { parseSchema } from "./parse";
import {
  type Issue,
  type Problem,
  type Problems,
  countWithin,
  ownProblems,
  placeIssues,
} from "./problems";
import { writeSchema } from "./write";

const CHECK_DELAY_MS = 300;

/** Asks what is wrong with a schema, and what it is taken to mean; null: there was no answer. */
export type CheckSchema = (schema: unknown) => Promise<{ issues: Issue[]; notes: Issue[] } | null>;

function toCards(schema: unknown): SchemaNode {
  return reactive<SchemaNode>(parseSchema(schema));
}

function isSame(some: Problems, others: Problems): boolean {
  return JSON.stringify([...some]) === JSON.stringify([...others]);
}

export function useSchemaField(check: CheckSchema) {
  const root = shallowRef(toCards(emptySchema()));
  const opened = reactive(new Set<string>());
  const issues = shallowRef<Issue[]>([]);
  const notes = shallowRef<Issue[]>([]);
  const checked = ref("");
  const announcement = ref("");
  const undo = shallowRef<{ what: string; restore: () => void } | null>(null);

  const schema = computed(() => writeSchema(root.value));
  const text = computed(() => JSON.stringify(schema.value));
  const own = computed(() => ownProblems(root.value));
  const problems = computed((before?: Problems) => {
    const placed = placeIssues(root.value, issues.value);
    for (const [id, found] of own.value) placed.set(id, [...(placed.get(id) ?? []), ...found]);
    // Every card looks here: as long as nothing changed, none needs to be drawn again.
    return before && isSame(before, placed) ? before : placed;
  });
  const count = computed(() => [...problems.value.values()].flat().length);
  const debounced = refDebounced(text, CHECK_DELAY_MS);

  watch(debounced, async (asked) => {
    if (own.value.size) return;
    const found = await check(schema.value);
    if (!found || asked !== text.value) return;
    issues.value = found.issues;
    notes.value = found.notes;
    checked.value = asked;
  });

  function open(to: unknown): void {
    root.value = toCards(to);
    opened.clear();
    issues.value = [];
    notes.value = [];
    undo.value = null;
  }

  return {
    root,
    schema,
    text,
    opened,
    problems,
    count,
    announcement,
    undo,
    notes,
    hasOwnProblems: computed(() => own.value.size > 0),
    isChecked: computed(() => checked.value === text.value && own.value.size === 0),
    open,
    /** As open, and it can be taken back. */
    replace(to: unknown, what = "The fields were replaced."): void {
      const before = root.value;
      open(to);
      undo.value = {
        what,
        restore: () => {
          root.value = before;
        },
      };
    },
    refuse(found: Issue[]): void {
      issues.value = found;
    },
    /** So that nobody has to look for them. */
    openProblems(): void {
      openTo(root.value);
    },
    problemsAt: (id: string, field: string | null): Problem[] =>
      (problems.value.get(id) ?? []).filter((problem) => problem.field === field),
    setAllOpen(isOpen: boolean): void {
      opened.clear();
      if (isOpen) eachProperty(root.value, (id) => opened.add(id));
    },
  };

  function openTo(node: SchemaNode): void {
    for (const property of propertiesOf(node)) {
      if (!countWithin(property.node, problems.value)) continue;
      opened.add(property.id);
      openTo(property.node);
    }
    const items = partOf(node, "items");
    if (items) openTo(items.node);
  }
}

function eachProperty(node: SchemaNode, work: (id: string) => void): void {
  for (const property of propertiesOf(node)) {
    work(property.id);
    eachProperty(property.node, work);
  }
  const items = partOf(node, "items");
  if (items) eachProperty(items.node, work);
}

export type SchemaField = ReturnType<typeof useSchemaField>;

export const schemaField: InjectionKey<SchemaField> = Symbol("schema field");

/** The schema that the card asking for it belongs to. */
export function useField(): SchemaField {
  const field = inject(schemaField);
  if (!field) throw new Error("A card stands outside of a schema builder.");
  return field;
}
