import { describe, expect, it } from "vitest";
import { addressOf } from "./provider-fields";
import { check, emptyValues, toCreateInput, toUpdateInput, valuesOf } from "./provider-form";

const stored = {
  id: "1",
  name: "Gateway",
  type: "OPENAI_COMPATIBLE" as const,
  baseUrl: "https://gateway.example/v1",
  apiKeyHint: "cdef",
  revision: 3,
};

describe("P2: what a type needs", () => {
  it.each([
    ["OLLAMA", ["baseUrl", "name"]],
    ["OPENAI", ["apiKey", "name"]],
    ["OPENAI_COMPATIBLE", ["baseUrl", "name"]],
  ] as const)("asks of %s for %o", (type, fields) => {
    expect(Object.keys(check({ ...emptyValues(), type }, null)).sort()).toEqual(fields);
  });

  it("sends only the fields of the chosen type", () => {
    const typed = { ...emptyValues(), name: "A", baseUrl: "http://a", apiKey: "k" };
    expect(toCreateInput({ ...typed, type: "OLLAMA" })).toEqual({
      name: "A",
      type: "OLLAMA",
      baseUrl: "http://a",
    });
    expect(toCreateInput({ ...typed, type: "OPENAI" })).toEqual({
      name: "A",
      type: "OPENAI",
      apiKey: "k",
    });
  });

  it("refuses an address without a scheme", () => {
    const problems = check({ ...emptyValues(), name: "A", baseUrl: "localhost:11434" }, null);
    expect(problems).toEqual({ baseUrl: expect.stringContaining("http://") as string });
  });
});

it("tells whose address it is where nobody typed one", () => {
  expect(addressOf(stored)).toBe("https://gateway.example/v1");
  expect(addressOf({ type: "OPENAI", baseUrl: null })).toBe("OpenAI’s own");
});

describe("changing a provider", () => {
  it("sends what was changed, and never a key that was not typed", () => {
    const values = { ...valuesOf(stored), name: "Renamed" };
    expect(toUpdateInput(values, stored)).toEqual({
      id: "1",
      expectedRevision: 3,
      name: "Renamed",
    });
  });

  it("X6: asks for the key when the origin is another one", () => {
    const moved = { ...valuesOf(stored), baseUrl: "https://elsewhere.example/v1" };
    expect(check(moved, stored)).toHaveProperty("apiKey");
    expect(check({ ...moved, apiKey: "k" }, stored)).toEqual({});
    expect(check({ ...moved, forgetsKey: true }, stored)).toEqual({});
    const samePlace = { ...valuesOf(stored), baseUrl: "https://gateway.example/v2" };
    expect(check(samePlace, stored)).toEqual({});
  });

  it("removes a key by null", () => {
    expect(toUpdateInput({ ...valuesOf(stored), forgetsKey: true }, stored).apiKey).toBeNull();
  });
});
