import { expect, it } from "vitest";
import { type Revision, changesOf } from "./revisions";

const first: Revision = {
  id: "r1",
  revision: 1,
  name: "A",
  description: null,
  systemPrompt: "Sort.",
  userPrompt: null,
  modelName: "m",
  modelSettings: { temperature: 0, maxTokens: null, timeoutSeconds: null, outputRetries: null },
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
    { label: "Temperature", before: "0", after: "" },
    { label: "Most tokens", before: "", after: "5" },
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
