import { describe, expect, it } from "vitest";
import {
  type StoredAgent,
  check,
  emptyValues,
  toCreateInput,
  toUpdateInput,
  valuesOf,
} from "./agent-form";
import { unset } from "./testing/unset";

const stored: StoredAgent = {
  id: "a1",
  name: "Classifier",
  description: null,
  modelName: "qwen3:4b",
  systemPrompt: "Sort.",
  userPrompt: null,
  modelSettings: { ...unset, temperature: 0.2, maxTokens: 100 },
  revision: 3,
  provider: { id: "p1", name: "Workshop" },
};

describe("A1: what an agent needs", () => {
  it("asks for a name, a provider, a model and a system prompt", () => {
    expect(Object.keys(check(emptyValues())).sort()).toEqual([
      "modelName",
      "name",
      "providerId",
      "systemPrompt",
    ]);
    expect(check(valuesOf(stored))).toEqual({});
  });

  it.each([
    ["temperature", "2.1", "A number from 0 to 2."],
    ["temperature", "warm", "A number from 0 to 2."],
    ["maxTokens", "0", "A whole number, at least 1."],
    ["maxTokens", "1.5", "A whole number, at least 1."],
    ["timeoutSeconds", "86401", "A whole number from 1 to 86,400."],
    ["outputRetries", "11", "A whole number from 0 to 10."],
    ["topP", "1.01", "A number from 0 to 1."],
    ["seed", "1.5", "A whole number from -2,147,483,648 to 2,147,483,647."],
    ["presencePenalty", "-2.1", "A number from -2 to 2."],
    ["frequencyPenalty", "3", "A number from -2 to 2."],
    ["stop", "a\n".repeat(17), "At most 16 texts."],
    ["stop", `END\n\n${"😀".repeat(201)}`, "Text 2 has more than 200 characters."],
    ["extra", '{\n  "top_k" 40\n}', "Line 2, column 11: A colon belongs here."],
    ["extra", "[40]", "This is a JSON object, in braces: { … }."],
  ] as const)("refuses %s of %s", (field, typed, problem) => {
    const problems = check({ ...valuesOf(stored), [field]: typed });
    expect(problems).toEqual({ [`modelSettings.${field}`]: problem });
  });

  it.each(["0", "2", "0.7", " 1 ", ""])("takes a temperature of %j", (temperature) => {
    expect(check({ ...valuesOf(stored), temperature })).toEqual({});
  });
});

const typed = {
  outputMode: "TOOL",
  reasoningEffort: "NONE",
  topP: "0.9",
  seed: "-7",
  presencePenalty: "-1",
  frequencyPenalty: "0",
  stop: "\\n\\n\nEND ",
  confidence: true,
  extra: '{ "top_k": 40 }',
};
const meant = {
  outputMode: "TOOL",
  reasoningEffort: "NONE",
  topP: 0.9,
  seed: -7,
  presencePenalty: -1,
  frequencyPenalty: 0,
  stop: ["\n\n", "END "],
  confidence: true,
  extra: { top_k: 40 },
} as const;

describe("what is sent", () => {
  it("sends each setting as it is meant, and reads it back as it was typed", () => {
    const values = { ...valuesOf(stored), ...typed };
    expect(check(values)).toEqual({});
    const { modelSettings } = toCreateInput(values);
    expect(modelSettings).toMatchObject(meant);
    const back = valuesOf({
      ...stored,
      modelSettings: { ...unset, ...meant, stop: [...meant.stop] },
    });
    expect(back).toMatchObject({ ...typed, extra: '{\n  "top_k": 40\n}' });
  });

  it("clears each setting that is emptied, and says nothing of what only looks other", () => {
    const settings = { ...unset, ...meant, stop: [...meant.stop] };
    const full = { ...stored, modelSettings: settings };
    const { modelSettings } = toUpdateInput({ ...emptyValues(), name: "x" }, full);
    const names = Object.keys(meant);
    expect(modelSettings).toEqual(Object.fromEntries(names.map((name) => [name, null])));

    const defaults = { outputMode: "AUTO", confidence: false } as const;
    const same = { ...stored, modelSettings: { ...settings, ...defaults } };
    expect(toUpdateInput({ ...valuesOf(same), extra: '{"top_k":40}' }, same)).toEqual({
      id: "a1",
      expectedRevision: 3,
    });
  });

  it("sends nothing for what was left empty", () => {
    const typed = { ...valuesOf(stored), temperature: "", maxTokens: "50" };
    expect(toCreateInput(typed)).toEqual({
      name: "Classifier",
      providerId: "p1",
      modelName: "qwen3:4b",
      systemPrompt: "Sort.",
      description: null,
      userPrompt: null,
      modelSettings: { ...unset, maxTokens: 50 },
    });
  });

  it("A2: sends only what was changed, against the revision that was read", () => {
    const typed = { ...valuesOf(stored), systemPrompt: "Sort well.", temperature: "" };
    expect(toUpdateInput(typed, stored)).toEqual({
      id: "a1",
      expectedRevision: 3,
      systemPrompt: "Sort well.",
      modelSettings: { temperature: null },
    });
  });
});
