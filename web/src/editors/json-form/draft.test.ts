import { describe as group, expect, it } from "vitest";
import { check } from "./check";
import { type Draft, blank, read, toDraft } from "./draft";
import { describe } from "./fields";

const ORDER = {
  type: "object",
  required: ["item", "count", "to", "size"],
  properties: {
    item: { type: "string", minLength: 2, title: "Item", description: "What to send" },
    count: { type: "integer", minimum: 1, maximum: 9, default: 1 },
    size: {
      oneOf: [
        { const: "s", title: "Small", description: "Fits a letterbox" },
        { const: "l", title: "Large" },
      ],
    },
    note: { type: ["string", "null"] },
    to: { $ref: "#/$defs/address" },
    from: { $ref: "#/$defs/address" },
    tags: { type: "array", items: { enum: ["a", "b"] }, minItems: 1 },
    labels: { type: "object", additionalProperties: { type: "number" } },
    pair: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }] },
  },
  $defs: {
    address: {
      type: "object",
      required: ["city"],
      properties: { city: { type: "string" }, next: { $ref: "#/$defs/address" } },
    },
  },
};

group("what a form shows", () => {
  it("knows each kind", () => {
    const field = describe(ORDER, ORDER);
    if (field.kind !== "object") throw new Error("no object");
    const kinds = field.properties.map(({ name, schema }) => [name, describe(ORDER, schema).kind]);
    expect(Object.fromEntries(kinds)).toEqual({
      item: "text",
      count: "number",
      size: "choice",
      note: "text",
      to: "object",
      from: "object",
      tags: "list",
      labels: "object",
      pair: "json",
    });
  });

  it("says what a choice means", () => {
    expect(describe(ORDER, ORDER.properties.size)).toMatchObject({
      options: [
        { value: "s", label: "Small", description: "Fits a letterbox" },
        { value: "l", label: "Large" },
      ],
    });
  });

  it.each([
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, { kind: "text", isNullable: true }],
    [{ allOf: [{ type: "object", properties: { a: true } }] }, { kind: "object" }],
    [{ type: ["string", "number"] }, { kind: "json" }],
    [{ $ref: "https://elsewhere.example/schema" }, { kind: "json" }],
    [{ $ref: "#" }, { kind: "json" }],
    [true, { kind: "json" }],
    [
      { type: "string", format: "email" },
      { kind: "text", isLong: false },
    ],
    [
      { type: "number", minimum: 0, maximum: 1 },
      { kind: "number", hint: "0 to 1" },
    ],
  ])("of %o", (schema, expected) => {
    expect(describe(schema, schema)).toMatchObject(expected);
  });
});

group("an empty form", () => {
  it("has defaults and what is required, and leaves the rest out", () => {
    expect(read(blank(ORDER, ORDER)).value).toEqual({ count: 1, to: {} });
  });
});

group("what was typed", () => {
  const number = (text: string): Draft => ({ kind: "number", text });

  it.each([
    ["12", 12],
    [" -0.5 ", -0.5],
    ["1e3", 1000],
    [".5", 0.5],
  ])("reads %s as a number", (text, value) => {
    expect(read(number(text))).toEqual({ value, problems: [] });
  });

  it.each(["1,5", "twelve", "--1", "1e999", "0x10", "12345678901234567891"])(
    "does not take %s for a number",
    (text) => {
      expect(read(number(text)).problems).toHaveLength(1);
    },
  );

  it("tells two properties of one name", () => {
    const draft = toDraft(ORDER, ORDER.properties.labels, { a: 1, b: 2 });
    if (draft.kind !== "object" || !draft.others[1]) throw new Error("no object");
    draft.others[1].name = "a";
    expect(read(draft).problems).toMatchObject([{ path: ["a"] }]);
  });

  it("keeps the place of an empty item, and asks to fill it", () => {
    const draft: Draft = { kind: "list", items: [{ id: 1, draft: { kind: "absent" } }] };
    expect(read(draft, ["tags"]).problems).toMatchObject([{ path: ["tags", "0"] }]);
  });

  it("keeps a value that does not fit its field, as JSON", () => {
    const value = { item: 5, count: "many", tags: "a", to: [], extra: { deep: [1] } };
    const draft = toDraft(ORDER, ORDER, value);
    expect(read(draft)).toEqual({ value, problems: [] });
  });
});

group("what is wrong with a value", () => {
  it.each([
    [{}, ["item", "count", "to", "size"]],
    [{ item: "x", count: 1, to: { city: "" }, size: "s" }, ["item"]],
    [{ item: "xx", count: 0, to: { city: 1 }, size: "m" }, ["count", "size", "to.city"]],
    [{ item: "xx", count: 1, to: { city: "B" }, size: "s", tags: ["a", "c"] }, ["tags.1"]],
    [{ item: "xx", count: 1.5, to: { city: "B" }, size: "s", tags: [] }, ["count", "tags"]],
  ])("of %o", (value, places) => {
    const paths = check(ORDER, value).map(({ path }) => path.join("."));
    expect(paths.sort()).toEqual([...places].sort());
  });

  it.each([
    [{ type: "string", minLength: 3 }, "a", "At least 3 characters."],
    [{ type: "string", maxLength: 1 }, "abc", "At most 1 character."],
    [{ type: "integer" }, 1.5, "This is to be a whole number."],
    [{ maximum: 1 }, 7, "At most 1."],
    [{ exclusiveMinimum: -2.5 }, -2.5, "More than -2.5."],
    [{ format: "email" }, "a", "This is to be an email address."],
    [{ enum: ["a", "b"] }, "c", "This is none of the allowed values."],
  ])("%o refuses %o in words", (schema, value, words) => {
    expect(check(schema, value)).toEqual([{ path: [], message: words }]);
  });

  it("tells a property that is not allowed at its name", () => {
    const schema = { type: "object", additionalProperties: false, properties: { "a/b": true } };
    expect(check(schema, { "a/b": 1, "c~d": 2 })).toEqual([
      { path: ["c~d"], message: "This is not allowed here." },
    ]);
  });

  it("finds nothing where it cannot check", () => {
    expect(check({ type: "string", pattern: "(?<!" }, "a")).toEqual([]);
  });
});
