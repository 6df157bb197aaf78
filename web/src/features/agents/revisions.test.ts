import { expect, it } from "vitest";
import { type Revision, changesOf } from "./revisions";
import { unset } from "./testing/unset";

const first: Revision = {
  id: "r1",
  revision: 1,
  name: "A",
  description: null,
  systemPrompt: "Sort.",
  userPrompt: null,
  modelName: "m",
  modelSettings: { ...unset, temperature: 0 },
  providerName: "P",
  createdAt: "2026-01-01T00:00:00Z",
  createdBy: "Ada",
};

it("A2: tells what a revision changed", () => {
  const second: Revision = {
    ...first,
    revision: 2,
    systemPrompt: "Sort well.",
    modelSettings: { ...first.modelSettings, temperature: null, maxTokens: 5 },
  };
  expect(changesOf(second, first)).toEqual([
    { label: "System prompt", before: "Sort.", after: "Sort well." },
    { label: "Temperature", before: "0", after: "The vendor’s (default)" },
    { label: "Most tokens", before: "The vendor’s (default)", after: "5" },
  ]);
});

it("shows the first one whole", () => {
  expect(changesOf(first, undefined).map(({ label }) => label)).toEqual([
    "Name",
    "Provider",
    "Model",
    "System prompt",
    "Temperature",
  ]);
});

it("tells settings in words, and those that nobody set not at all", () => {
  const modelSettings: Revision["modelSettings"] = {
    ...unset,
    outputMode: "JSON_AND_SHOWN",
    reasoningEffort: "LOW",
    stop: ["\n\n", "END"],
    confidence: true,
    extra: { top_k: 40 },
  };
  const told = [
    ["Output mode", "JSON enforced, schema shown"],
    ["Reasoning effort", "Low"],
    ["Stop at", "\\n\\n\nEND"],
    ["Token probabilities", "Asked for"],
    ["Extra", '{\n  "top_k": 40\n}'],
  ];
  const whole = changesOf({ ...first, modelSettings }, undefined);
  expect(whole.slice(4).map(({ label, after }) => [label, after])).toEqual(told);

  const cleared = changesOf({ ...first, modelSettings: unset }, { ...first, modelSettings });
  expect(cleared.map(({ label, before }) => [label, before])).toEqual(told);
  expect(cleared.map(({ after }) => after)).toEqual([
    "Automatic (default)",
    "The vendor’s (default)",
    "Nothing (default)",
    "Not asked for (default)",
    "Nothing (default)",
  ]);
});
