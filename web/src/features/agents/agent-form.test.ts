import { describe, expect, it } from "vitest";
import {
  type StoredAgent,
  check,
  emptyValues,
  toCreateInput,
  toUpdateInput,
  valuesOf,
} from "./agent-form";

const stored: StoredAgent = {
  id: "a1",
  name: "Classifier",
  description: null,
  modelName: "qwen3:4b",
  systemPrompt: "Sort.",
  userPrompt: null,
  modelSettings: { temperature: 0.2, maxTokens: 100, timeoutSeconds: null, outputRetries: null },
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
  ] as const)("refuses %s of %s", (field, typed, problem) => {
    const problems = check({ ...valuesOf(stored), [field]: typed });
    expect(problems).toEqual({ [`modelSettings.${field}`]: problem });
  });

  it.each(["0", "2", "0.7", " 1 ", ""])("takes a temperature of %j", (temperature) => {
    expect(check({ ...valuesOf(stored), temperature })).toEqual({});
  });
});

describe("what is sent", () => {
  it("sends nothing for what was left empty", () => {
    const typed = { ...valuesOf(stored), temperature: "", maxTokens: "50" };
    expect(toCreateInput(typed)).toEqual({
      name: "Classifier",
      providerId: "p1",
      modelName: "qwen3:4b",
      systemPrompt: "Sort.",
      description: null,
      userPrompt: null,
      modelSettings: {
        temperature: null,
        maxTokens: 50,
        timeoutSeconds: null,
        outputRetries: null,
      },
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
