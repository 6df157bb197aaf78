import { describe, expect, it } from "vitest";
import { describesNoObject, wrapped } from "./wrap";

describe("a root that is no object", () => {
  it.each([
    [{ type: "array" }, true],
    [{ type: ["string", "null"] }, true],
    [{ const: 1 }, true],
    [{ enum: ["a", null] }, true],
    [{ type: "object" }, false],
    [{ type: ["object", "null"] }, false],
    [{ type: "invalid" }, false],
    [{ enum: [{}] }, false],
    [{ enum: [] }, false],
    [{ properties: {} }, false],
    [true, false],
  ])("is told from others: %j", (schema, expected) => {
    expect(describesNoObject(schema)).toBe(expected);
  });

  it("goes into one as its items, and what it refers to stays within reach", () => {
    const tree = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "array",
      items: { anyOf: [{ $ref: "#/$defs/leaf" }, { $ref: "#" }, { $ref: "#/items/anyOf/0" }] },
      default: { $ref: "#" },
      $defs: { leaf: { type: "object", properties: { const: { $ref: "#" } } } },
    };
    expect(wrapped(tree)).toEqual({
      $schema: tree.$schema,
      type: "object",
      properties: {
        items: {
          type: "array",
          items: {
            anyOf: [
              { $ref: "#/$defs/leaf" },
              { $ref: "#/properties/items" },
              { $ref: "#/properties/items/items/anyOf/0" },
            ],
          },
          default: { $ref: "#" },
        },
      },
      required: ["items"],
      additionalProperties: false,
      $defs: { leaf: { type: "object", properties: { const: { $ref: "#/properties/items" } } } },
    });
  });
});
