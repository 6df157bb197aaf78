import { describe, expect, it, vi } from "vitest";
import { setChoice, addChoice, choicesOf } from "./choices";
import {
  addProperty,
  dropPart,
  duplicateProperty,
  moveProperty,
  removeProperty,
  setKind,
  setRequired,
  setValue,
} from "./edits";
import { kindOf } from "./kinds";
import { type Choice, type Property, type SchemaNode, isRequired, propertiesOf } from "./model";
import { parseSchema } from "./parse";
import { type Random, oneOf, randomObject, seeded } from "./testing/random";
import { writeSchema } from "./write";

// Hundreds of schemas take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

type Schema = Record<string, unknown>;

function textOf(node: SchemaNode): string {
  return JSON.stringify(writeSchema(node));
}

function fieldAt(node: SchemaNode, at: number): Property {
  const property = propertiesOf(node)[at];
  if (!property) throw new Error(`There is no field ${at}.`);
  return property;
}

function choiceAt(node: SchemaNode, at: number): Choice {
  const choice = choicesOf(node)[at];
  if (!choice) throw new Error(`There is no choice ${at}.`);
  return choice;
}

/** Everything but the keywords that the edit is about, in their order. */
function rest(schema: unknown, ...except: string[]): string {
  const entries = Object.entries(schema as Schema).filter(([key]) => !except.includes(key));
  return JSON.stringify(entries);
}

function entriesOf(schema: unknown): [string, unknown][] {
  return Object.entries((schema as Schema).properties as Schema);
}

function withRandomField(
  work: (node: SchemaNode, at: number, before: Schema, random: Random) => void,
) {
  for (let seed = 0; seed < 200; seed += 1) {
    const random = seeded(seed);
    const before = randomObject(random);
    const node = parseSchema(before);
    work(node, random(propertiesOf(node).length), before, random);
  }
}

describe("an edit touches what it is about, and nothing else", () => {
  it("a new name changes the name, here and among the required", () => {
    withRandomField((node, at, before) => {
      const property = fieldAt(node, at);
      const old = property.name;
      property.name = "renamed";
      const after = writeSchema(node) as Schema;
      const renamed = (name: unknown) => (name === old ? "renamed" : name);
      expect(JSON.stringify(entriesOf(after))).toBe(
        JSON.stringify(entriesOf(before).map(([name, of]) => [renamed(name), of])),
      );
      expect(after.required).toEqual((before.required as string[]).map(renamed));
      expect(rest(after, "properties", "required")).toBe(rest(before, "properties", "required"));
    });
  });

  it("a new place changes the order of the fields alone", () => {
    withRandomField((node, at, before, random) => {
      const to = random(propertiesOf(node).length);
      const expected = entriesOf(before);
      expected.splice(to, 0, ...expected.splice(at, 1));
      moveProperty(node, at, to);
      expect(JSON.stringify(entriesOf(writeSchema(node)))).toBe(JSON.stringify(expected));
      expect(rest(writeSchema(node), "properties")).toBe(rest(before, "properties"));
    });
  });

  it("adding and removing again leaves the schema as it was", () => {
    withRandomField((node, at, before) => {
      const added = addProperty(node, at);
      added.name = "added";
      expect(entriesOf(writeSchema(node))[at]?.[0]).toBe("added");
      removeProperty(node, added);
      expect(textOf(node)).toBe(JSON.stringify(before));
    });
  });

  it("removing takes a field and its being required", () => {
    withRandomField((node, at, before) => {
      const property = fieldAt(node, at);
      removeProperty(node, property);
      const after = writeSchema(node) as Schema;
      const others = entriesOf(before).filter(([name]) => name !== property.name);
      expect(JSON.stringify(entriesOf(after))).toBe(JSON.stringify(others));
      expect(after.required).toEqual(
        (before.required as string[]).filter((name) => name !== property.name),
      );
      expect(rest(after, "properties", "required")).toBe(rest(before, "properties", "required"));
    });
  });

  it("a duplicate equals its original, and the original stays as it is", () => {
    withRandomField((node, at, before) => {
      const original = fieldAt(node, at);
      const copy = duplicateProperty(node, original);
      expect(JSON.stringify(writeSchema(copy.node))).toBe(
        JSON.stringify(writeSchema(original.node)),
      );
      expect(isRequired(node, copy)).toBe(isRequired(node, original));
      removeProperty(node, copy);
      expect(textOf(node)).toBe(JSON.stringify(before));
    });
  });

  it("another type and back leaves the schema as it was", () => {
    const kinds = ["text", "number", "integer", "boolean", "choice", "array", "object"] as const;
    withRandomField((node, _at, before, random) => {
      setKind(node, oneOf(random, kinds));
      setKind(node, oneOf(random, kinds));
      setKind(node, "object");
      expect(JSON.parse(textOf(node))).toEqual(JSON.parse(JSON.stringify(before)));
    });
  });
});

describe("required", () => {
  it("goes with its last name, as draft 4 knows no empty list", () => {
    const node = parseSchema({ type: "object", properties: { a: {} }, required: ["a"] });
    setRequired(node, fieldAt(node, 0), false);
    expect(textOf(node)).toBe('{"type":"object","properties":{"a":{}}}');
  });

  it("keeps the names when its properties are dropped", () => {
    const node = parseSchema({ properties: { a: {} }, required: ["a", "b"] });
    dropPart(node, "properties");
    expect(textOf(node)).toBe('{"required":["a","b"]}');
  });

  it("is not confused by a name that passes through another one while it is typed", () => {
    const node = parseSchema({
      type: "object",
      properties: { ab: {}, abc: {} },
      required: ["abc"],
    });
    const typed = fieldAt(node, 1);
    for (const name of ["ab", "a", "az"]) typed.name = name;
    expect(textOf(node)).toBe('{"type":"object","properties":{"ab":{},"az":{}},"required":["az"]}');
  });
});

describe("types", () => {
  it.each([
    [{ type: "string" }, "text"],
    [{ type: "string", enum: ["a"] }, "choice"],
    [{ enum: ["a"] }, "choice"],
    [{ oneOf: [{ const: "a" }] }, "choice"],
    [{ type: "integer", enum: [1] }, "integer"],
    [{ enum: [1, "a"] }, "other"],
    [{ type: ["string", "null"] }, "other"],
    [{ $ref: "#" }, "other"],
    [{ properties: {} }, "other"],
    [true, "other"],
  ])("%j is %s", (schema, kind) => {
    expect(kindOf(parseSchema(schema))).toBe(kind);
  });

  it("keeps what no card knows when another one is chosen", () => {
    const node = parseSchema({ "x-a": 1, type: "string", minLength: 2, default: "b" });
    setKind(node, "number");
    expect(textOf(node)).toBe('{"x-a":1,"type":"number","default":"b"}');
    setKind(node, "text");
    expect(JSON.parse(textOf(node))).toEqual({
      "x-a": 1,
      type: "string",
      minLength: 2,
      default: "b",
    });
  });

  it("takes a limit out when it is cleared, and puts a new one behind the type", () => {
    const node = parseSchema({ type: "string", "x-a": 1 });
    setValue(node, "description", "words");
    setValue(node, "minLength", 3);
    expect(textOf(node)).toBe('{"type":"string","description":"words","x-a":1,"minLength":3}');
    setValue(node, "minLength", undefined);
    setValue(node, "description", "");
    expect(textOf(node)).toBe('{"type":"string","x-a":1}');
  });
});

describe("choices", () => {
  it("are values until one is described, and values again when none is", () => {
    const node = parseSchema({ type: "string", enum: ["a", "b"], default: "a" });
    const a = choiceAt(node, 0);
    setChoice(node, a, "description", "first");
    expect(textOf(node)).toBe(
      '{"type":"string","oneOf":[{"const":"a","description":"first"},{"const":"b"}],"default":"a"}',
    );
    setChoice(node, a, "description", "");
    expect(textOf(node)).toBe('{"type":"string","enum":["a","b"],"default":"a"}');
  });

  it("stay in the form they came in while their values change", () => {
    const node = parseSchema({ anyOf: [{ title: "A", const: "a" }] });
    setChoice(node, choiceAt(node, 0), "const", "z");
    addChoice(node);
    setChoice(node, choiceAt(node, 1), "const", "y");
    expect(textOf(node)).toBe('{"anyOf":[{"title":"A","const":"z"},{"const":"y"}]}');
  });

  it("never take the place of another rule of the same name", () => {
    const other = [{ minLength: 1 }];
    const node = parseSchema({ type: "string", enum: ["a"], oneOf: other });
    setChoice(node, choiceAt(node, 0), "description", "first");
    expect(JSON.parse(textOf(node))).toEqual({
      type: "string",
      anyOf: [{ const: "a", description: "first" }],
      oneOf: other,
    });
  });
});

describe("a schema that is no object", () => {
  it("stays what it is until a type is chosen", () => {
    const node = parseSchema(true);
    expect(textOf(node)).toBe("true");
    setKind(node, "text");
    expect(textOf(node)).toBe('{"type":"string"}');
  });
});
