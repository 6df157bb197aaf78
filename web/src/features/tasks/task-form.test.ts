import { describe, expect, it } from "vitest";
import { emptyValues } from "@/lib/fields";
import { FIELDS } from "./task-fields";
import { check, issuesOf, toCreateInput, toUpdateInput, valuesOf } from "./task-form";

const stored = {
  id: "t1",
  name: "Classify",
  description: null,
  requestSchema: null,
  responseSchema: { type: "object", properties: { b: { type: "string" }, a: {} } },
  revision: 4,
};

it("asks for a name and for a response", () => {
  expect(Object.keys(check(emptyValues(FIELDS)))).toEqual(["name", "responseSchema"]);
  expect(check(valuesOf(stored))).toEqual({});
});

describe("what is sent", () => {
  it("T1: leaves the request schema out where the input is free text", () => {
    const values = { ...valuesOf(stored), name: "New", description: "  " };
    expect(toCreateInput(values)).toEqual({ name: "New", responseSchema: stored.responseSchema });
  });

  it("is nothing but what was changed", () => {
    const values = valuesOf(stored);
    expect(toUpdateInput(values, stored)).toEqual({ id: "t1", expectedRevision: 4 });
    const moved = '{"type":"object","properties":{"a":{},"b":{"type":"string"}}}';
    const { responseSchema } = toUpdateInput({ ...values, responseSchema: moved }, stored);
    expect(JSON.stringify(responseSchema)).toBe(moved);
  });

  it("clears the request schema by null", () => {
    const typed = { ...stored, requestSchema: { type: "object" } };
    const values = { ...valuesOf(typed), requestSchema: null };
    expect(toUpdateInput(values, typed)).toHaveProperty("requestSchema", null);
  });
});

it("tells each schema its own issues, from its root", () => {
  const issues = [
    { path: ["responseSchema", "properties", "a"], message: "No." },
    { path: ["name"], message: "No." },
  ];
  const refusal = { kind: "InvalidInputError", message: "", fields: {}, issues };
  expect(issuesOf(refusal, "responseSchema")).toEqual([
    { path: ["properties", "a"], message: "No." },
  ]);
  expect(issuesOf(refusal, "requestSchema")).toEqual([]);
});
