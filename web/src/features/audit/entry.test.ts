import { expect, it } from "vitest";
import { actionLabel, changesOf, fieldLabel, placeOf } from "./entry";

it.each([
  ["modelSettings.maxTokens", "Max tokens"],
  ["baseUrl", "Address"],
  ["name", "Name"],
])("calls %s %s", (field, label) => {
  expect(fieldLabel(field)).toBe(label);
});

it("says what was done in words", () => {
  expect(actionLabel("provider.created")).toBe("Created provider");
});

it("shows texts as they are and anything else as JSON, and leaves out what stayed", () => {
  expect(
    changesOf({
      name: ["a", "b"],
      isActive: [true, false],
      description: [null, null],
      requestSchema: [null, { type: "object" }],
    }),
  ).toEqual([
    { field: "Name", before: "a", after: "b" },
    { field: "Active", before: "true", after: "false" },
    { field: "Request schema", before: "", after: '{\n  "type": "object"\n}' },
  ]);
});

it("does not stumble over changes it does not know", () => {
  expect(changesOf(null)).toEqual([]);
  expect(changesOf({ odd: "value" })).toEqual([{ field: "Odd", before: "", after: "value" }]);
});

it("leads to what was changed", () => {
  expect(placeOf("agent.updated", "1")).toBe("/agents/1");
  expect(placeOf("token.created", "1")).toBeNull();
});
