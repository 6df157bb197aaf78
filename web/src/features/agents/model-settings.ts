/** How the model is used: what can be set, how it is typed, and what counts where nothing is. */
import { type Field, type FieldsOf, optionalNumber, text } from "@/lib/fields";
import type { ModelSettingsInput, OutputModeChoice, ReasoningEffort } from "./gql/graphql";
import { OUTPUT_MODES } from "./output-modes";
import { fromLines, toLines } from "./stop-texts";

interface Told {
  /** What holds when nothing is set. */
  standard: string;
  help: string;
}
/** A setting is typed as text; what its form shows when nothing is set is its `empty`. */
type Setting<Stored, Typed = string> = Field<Stored | null, Typed, Stored | null> & Told;

export interface NumberSetting extends Setting<number> {
  min: number;
  max?: number;
  isWhole: boolean;
}

const numeric = (label: string, told: Omit<NumberSetting, keyof Field>): NumberSetting => ({
  ...optionalNumber(label),
  ...told,
});

export interface Option {
  value: string;
  label: string;
  sentence: string;
}
interface ChoiceSetting<Name extends string> extends Setting<Name> {
  options: Option[];
}

/** The first option is what counts where nothing is set. */
function choice<Name extends string>(
  label: string,
  options: [Option, ...Option[]],
  help: string,
): ChoiceSetting<Name> {
  const [standard] = options;
  const wordOf = (typed: string) => options.find(({ value }) => value === typed)?.label ?? typed;
  return {
    label,
    help,
    options,
    standard: standard.label,
    empty: standard.value,
    read: (stored) => stored ?? standard.value,
    show: (typed) => (typed === standard.value ? "" : wordOf(typed)),
    send: (typed) => (typed === standard.value ? null : (typed as Name)),
  };
}

const UNSET = "UNSET";

/** What stands in sight. */
export const COMMON = {
  temperature: numeric("Temperature", {
    standard: "The vendor’s",
    help: "0 to 2; low repeats itself, high varies.",
    min: 0,
    max: 2,
    isWhole: false,
  }),
  maxTokens: numeric("Most tokens", {
    standard: "The vendor’s",
    help: "How long an answer may be.",
    min: 1,
    isWhole: true,
  }),
  timeoutSeconds: numeric("Timeout in seconds", {
    standard: "300",
    help: "For a whole run, retries included.",
    min: 1,
    max: 86_400,
    isWhole: true,
  }),
  outputRetries: numeric("Retries", {
    standard: "2",
    help: "How often an answer that breaks the schema goes back.",
    min: 0,
    max: 10,
    isWhole: true,
  }),
};

export const NUMBERS = {
  topP: numeric("Top P", {
    standard: "The vendor’s",
    help: "0 to 1; only the likeliest tokens that make up this share.",
    min: 0,
    max: 1,
    isWhole: false,
  }),
  seed: numeric("Seed", {
    standard: "None",
    help: "Makes answers repeatable where the vendor can.",
    min: -2_147_483_648,
    max: 2_147_483_647,
    isWhole: true,
  }),
  presencePenalty: numeric("Presence penalty", {
    standard: "The vendor’s",
    help: "-2 to 2; against what was said before.",
    min: -2,
    max: 2,
    isWhole: false,
  }),
  frequencyPenalty: numeric("Frequency penalty", {
    standard: "The vendor’s",
    help: "-2 to 2; against what was said often.",
    min: -2,
    max: 2,
    isWhole: false,
  }),
};

const mode = (value: OutputModeChoice): Option => ({ value, ...OUTPUT_MODES[value] });

export const CHOICES = {
  outputMode: choice<OutputModeChoice>(
    "Output mode",
    [
      mode("AUTO"),
      mode("ENFORCED_AND_SHOWN"),
      mode("ENFORCED"),
      mode("JSON_AND_SHOWN"),
      mode("SHOWN"),
      mode("TOOL"),
    ],
    "How the model gets to know the response schema.",
  ),
  reasoningEffort: choice<ReasoningEffort>(
    "Reasoning effort",
    [
      { value: UNSET, label: "The vendor’s", sentence: "As much as the vendor has it think." },
      { value: "NONE", label: "None", sentence: "Not at all." },
      { value: "MINIMAL", label: "Minimal", sentence: "As little as it can." },
      { value: "LOW", label: "Low", sentence: "A little." },
      { value: "MEDIUM", label: "Medium", sentence: "As it is used to." },
      { value: "HIGH", label: "High", sentence: "Much." },
    ],
    "How much to think before the answer, where the model can.",
  ),
};

const stop: Setting<string[]> = {
  ...text("Stop at"),
  standard: "Nothing",
  help: "One text a line; the answer ends before it. \\n is a line break.",
  read: (stored) => toLines(stored ?? []),
  send: (typed) => (fromLines(typed).length ? fromLines(typed) : null),
};

const confidence: Setting<boolean, boolean> = {
  label: "Token probabilities",
  standard: "Not asked for",
  help: "Where the vendor can tell them.",
  empty: false,
  read: (stored) => stored ?? false,
  show: (typed) => (typed ? "Asked for" : ""),
  send: (typed) => typed || null,
};

const extra: Setting<unknown> = {
  ...text("Extra"),
  standard: "Nothing",
  help: "A JSON object that is merged into each request, for what has no field here.",
  read: (stored) =>
    stored === null || stored === undefined ? "" : JSON.stringify(stored, null, 2),
  send: (typed) => (typed.trim() ? (JSON.parse(typed) as unknown) : null),
};

/** What is set now and then. */
export const MORE = {
  outputMode: CHOICES.outputMode,
  reasoningEffort: CHOICES.reasoningEffort,
  ...NUMBERS,
  stop,
  confidence,
  extra,
};

export const SETTINGS = { ...COMMON, ...MORE } satisfies FieldsOf<ModelSettingsInput>;

export type Name = keyof typeof SETTINGS;

export const isSet = (name: Name, typed: unknown): boolean => typed !== SETTINGS[name].empty;

/** Those of `settings` that are set, in words. */
export function wordsOf(settings: Record<string, Field & Told>, stored: Record<string, unknown>) {
  return Object.entries(settings).flatMap(([name, field]) => {
    const shown = field.show(field.read(stored[name]));
    return shown ? [{ name, label: field.label, text: shown }] : [];
  });
}

/** For two versions side by side: the one that sets nothing says what counts then. */
export const COMPARED = Object.fromEntries(
  Object.entries(SETTINGS).map(([name, setting]: [string, Field & Told]) => [
    name,
    {
      ...setting,
      show: (typed: unknown) => setting.show(typed) || `${setting.standard} (default)`,
    },
  ]),
) as unknown as typeof SETTINGS;
