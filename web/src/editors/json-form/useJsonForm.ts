/** An input being typed: its draft, what is wrong with it, and its value once nothing is. */
import { type ComputedRef, type Ref, computed, ref, shallowRef, watch } from "vue";
import { check } from "./check";
import { type Draft, type Problem, blank, read, toDraft } from "./draft";
import { recall, refit, remember } from "./memory";

export interface JsonForm {
  draft: Ref<Draft>;
  /** By path, joined by dots. */
  problems: ComputedRef<Record<string, string>>;
  /** The value, or null with the problems shown. */
  submit: () => { value: unknown } | null;
  /** What the server found, by the same paths; gone with the next change. */
  refuse: (fields: Record<string, string>) => void;
  fill: (value: unknown) => void;
  reset: () => void;
}

function empty(schema: unknown): Draft {
  return schema === null ? { kind: "absent" } : blank(schema, schema);
}

export function problemsOf(schema: unknown, draft: Draft): Problem[] {
  const { value, problems } = read(draft);
  if (schema === null) {
    return typeof value === "string" && value.trim()
      ? []
      : [{ path: [], message: "Write what the agent is to work on." }];
  }
  if (problems.length) return problems;
  return check(schema, value);
}

/** `schema` null: free text; undefined: not known yet. `key` names what is remembered. */
export function useJsonForm(schema: () => unknown, key: () => string | undefined): JsonForm {
  const draft = ref<Draft>({ kind: "absent" }) as Ref<Draft>;
  const wasTried = ref(false);
  const refused = shallowRef<Record<string, string>>({});
  let filledFor: string | undefined;

  watch(
    () => (schema() === undefined ? null : { named: key(), text: JSON.stringify(schema()) }),
    (now, before) => {
      const named = now?.named;
      if (!named || (named === filledFor && now.text === before?.text)) return;
      const isOther = filledFor !== named;
      filledFor = named;
      draft.value = isOther
        ? (recall(named, schema()) ?? empty(schema()))
        : refit(draft.value, schema());
      wasTried.value = false;
    },
    { immediate: true },
  );

  watch(draft, (now) => {
    refused.value = {};
    const named = key();
    if (named && filledFor === named) remember(named, schema(), now);
  });

  const problems = computed(() => {
    if (!wasTried.value) return refused.value;
    const found: Record<string, string> = { ...refused.value };
    for (const { path, message } of problemsOf(schema(), draft.value)) {
      found[path.join(".")] ??= message;
    }
    return found;
  });

  return {
    draft,
    problems,
    submit() {
      wasTried.value = true;
      if (problemsOf(schema(), draft.value).length) return null;
      return { value: read(draft.value).value };
    },
    refuse(fields) {
      refused.value = fields;
    },
    fill(value) {
      const known = schema();
      draft.value =
        known === null
          ? { kind: "text", text: typeof value === "string" ? value : JSON.stringify(value) }
          : toDraft(known, known, value);
    },
    reset() {
      draft.value = empty(schema());
      wasTried.value = false;
    },
  };
}
