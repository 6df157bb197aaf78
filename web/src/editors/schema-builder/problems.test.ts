import { describe, expect, it } from "vitest";
import { addProperty } from "./edits";
import { type SchemaNode, propertiesOf } from "./model";
import { parseSchema } from "./parse";
import { countWithin, ownProblems, placeIssues } from "./problems";

function inner(node: SchemaNode, ...names: string[]): SchemaNode {
  return names.reduce((at, name) => {
    const found = propertiesOf(at).find((property) => property.name === name);
    if (!found) throw new Error(`There is no field ${name}.`);
    return found.node;
  }, node);
}

describe("what the server says is wrong", () => {
  const root = parseSchema({
    type: "object",
    properties: {
      "a/b": { type: "object", properties: { code: { type: "string", pattern: "(" } } },
      tags: { type: "array", items: { type: "string", minLength: -1, "x-y": 1 } },
    },
    $defs: { thing: { type: "invalid" } },
  });

  it("goes to the field of the card that it is about", () => {
    const path = ["properties", "a/b", "properties", "code", "pattern"];
    const problems = placeIssues(root, [{ path, message: "No." }]);
    expect([...problems]).toEqual([
      [inner(root, "a/b", "code").id, [{ field: "pattern", message: "No." }]],
    ]);
    expect(countWithin(inner(root, "a/b"), problems)).toBe(1);
    expect(countWithin(inner(root, "tags"), problems)).toBe(0);
  });

  it("goes to the items of a list", () => {
    const path = ["properties", "tags", "items", "minLength"];
    const [found] = placeIssues(root, [{ path, message: "No." }]).values();
    expect(found).toEqual([{ field: "minLength", message: "No." }]);
  });

  it("goes to the nearest card, with the rest of the way, where no field shows it", () => {
    const kept = ["$defs", "thing", "type"];
    const [found] = placeIssues(root, [{ path: kept, message: "No." }]);
    expect(found).toEqual([root.id, [{ field: null, message: "$defs › thing › type: No." }]]);
  });

  it("goes to the root when it is about the whole", () => {
    const problems = placeIssues(root, [{ path: [], message: "Too deep." }]);
    expect(problems.get(root.id)).toEqual([{ field: null, message: "Too deep." }]);
  });
});

describe("what the cards tell by themselves", () => {
  it("is a missing name, a name taken twice, an empty choice, no choice", () => {
    const root = parseSchema({
      type: "object",
      properties: { a: { enum: [] }, b: { type: "string", enum: ["x"] } },
    });
    addProperty(root);
    addProperty(root).name = "a";
    const messages = [...ownProblems(root).values()].flat().map(({ message }) => message);
    expect(messages).toEqual([
      "Add at least one choice.",
      "Give this field a name.",
      "Another field here is named “a” already.",
    ]);
  });

  it("is nothing about what came from elsewhere and is allowed", () => {
    const root = parseSchema({ type: "object", properties: { "": { enum: ["", "a"] } } });
    expect(ownProblems(root).size).toBe(0);
  });
});
