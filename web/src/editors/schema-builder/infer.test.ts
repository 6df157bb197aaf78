import { describe, expect, it } from "vitest";
import { inferSchema, looksLikeSchema, readPasted } from "./infer";

describe("a schema from an example", () => {
  it("takes types from values, and what every item has is required", () => {
    const example = {
      id: 7,
      price: 1.5,
      paid: false,
      note: null,
      lines: [
        { sku: "a", n: 1 },
        { sku: "b", n: 2.5, gift: true },
      ],
      tags: [],
    };
    expect(inferSchema(example)).toEqual({
      type: "object",
      properties: {
        id: { type: "integer" },
        price: { type: "number" },
        paid: { type: "boolean" },
        note: { type: "null" },
        lines: {
          type: "array",
          items: {
            type: "object",
            properties: {
              sku: { type: "string" },
              n: { type: "number" },
              gift: { type: "boolean" },
            },
            required: ["sku", "n"],
          },
        },
        tags: { type: "array" },
      },
      required: ["id", "price", "paid", "note", "lines", "tags"],
    });
  });

  it("says nothing where items differ, and loses no odd name", () => {
    const example: unknown = JSON.parse('{"__proto__":{"toString":1},"mixed":[1,"a"]}');
    expect(JSON.stringify(inferSchema(example))).toBe(
      '{"type":"object","properties":{"__proto__":{"type":"object","properties":' +
        '{"toString":{"type":"integer"}},"required":["toString"]},' +
        '"mixed":{"type":"array","items":{}}},"required":["__proto__","mixed"]}',
    );
  });
});

describe("what is pasted", () => {
  it.each([
    [{ type: "object", properties: {} }, true],
    [{ $ref: "#/$defs/a" }, true],
    [{ properties: { a: {} } }, true],
    [{ type: "Feature", properties: { name: "x" }, id: 1 }, false],
    [{ category: "bug" }, false],
    [[{ type: "object" }], false],
  ])("%j is a schema: %s", (value, expected) => {
    expect(looksLikeSchema(value)).toBe(expected);
  });

  it.each([
    ['{ "a": 1', /not JSON yet/],
    ["", /not JSON yet/],
    ["[1, 2]", /must be an object/],
    ["null", /must be an object/],
  ])("%j is refused in words", (text, words) => {
    expect(readPasted(text, "example")).toEqual({
      problem: expect.stringMatching(words) as string,
    });
  });

  it("stays as it is when it is a schema", () => {
    const text = '{"type":"object","x-a":[1],"properties":{"b":{},"a":{}}}';
    const read = readPasted(text, "schema");
    expect(JSON.stringify("schema" in read && read.schema)).toBe(text);
  });
});
