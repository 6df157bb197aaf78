import { describe, expect, it } from "vitest";
import { type JsonNode, PartialJson, toNode } from "./partial-json";

const SAMPLE = {
  category: "bug",
  confidence: 0.93,
  tags: ["a", "ü 😀 مرحبا", ""],
  nested: { deep: [{ x: -1.5e-7 }, [], {}, null, true, false] },
  text: 'quotes " and \\ and \n\t/ \u0000 end',
  "": 0,
  __proto__key: [[["deep"]]],
};

function valueOf(node: JsonNode | null): unknown {
  if (!node) return undefined;
  if (node.kind === "string") return node.text;
  if (node.kind === "literal") return JSON.parse(node.text);
  if (node.kind === "array") return node.items.map(valueOf);
  return Object.fromEntries(node.entries.map(({ key, node: inside }) => [key, valueOf(inside)]));
}

function piecesOf(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}

describe("PartialJson", () => {
  it.each([1, 2, 3, 7, 1000])("reads the same value in pieces of %i", (size) => {
    for (const text of [JSON.stringify(SAMPLE), JSON.stringify(SAMPLE, null, 2)]) {
      const parser = new PartialJson();
      for (const piece of piecesOf(text, size)) parser.push(piece);
      expect(parser.isDone).toBe(true);
      expect(parser.isBroken).toBe(false);
      expect(parser.root).toEqual(toNode(SAMPLE));
      expect(valueOf(parser.root)).toEqual(SAMPLE);
    }
  });

  it("agrees with JSON.parse at every place where a text may be cut", () => {
    const text = JSON.stringify(SAMPLE);
    for (let cut = 0; cut <= text.length; cut += 1) {
      const parser = new PartialJson().push(text.slice(0, cut));
      expect(parser.isBroken).toBe(false);
      expect(valueOf(parser.push(text.slice(cut)).root)).toEqual(SAMPLE);
    }
  });

  it("shows a text before it is complete", () => {
    const parser = new PartialJson().push('{"reasoning": "It sou');
    expect(parser.root).toEqual({
      kind: "object",
      isDone: false,
      entries: [{ key: "reasoning", node: { kind: "string", text: "It sou", isDone: false } }],
    });
    parser.push("nds like a\\u00e9");
    const [entry] = parser.root?.kind === "object" ? parser.root.entries : [];
    expect(entry?.node).toMatchObject({ text: "It sounds like aé", isDone: false });
  });

  it("names a property before its value begins", () => {
    const parser = new PartialJson().push('{"category"');
    expect(parser.root).toMatchObject({ entries: [{ key: "category", node: null }] });
  });

  it("skips what stands around the JSON", () => {
    const parser = new PartialJson().push('Sure:\n```json\n{"a": 1}\n```\nAnything else?');
    expect(valueOf(parser.root)).toEqual({ a: 1 });
    expect(parser.isDone).toBe(true);
  });

  it.each(['{"a" 1}', "{a: 1}", '{"a": nope}', '{"a": 1 "b"}', '{"a": ]}', "{,", '{"a": 01}'])(
    "notices that %s is not JSON",
    (text) => {
      const parser = new PartialJson().push(text).push("   ");
      expect(parser.isBroken).toBe(true);
    },
  );

  it("keeps what was read before it broke", () => {
    const parser = new PartialJson().push('{"a": "kept", "b": nope, "c": 3}');
    expect(parser.root).toMatchObject({ entries: [{ key: "a", node: { text: "kept" } }, {}] });
  });

  it("keeps the parts that did not grow, and renews those that did", () => {
    const parser = new PartialJson().push('{"list": [1, 2], "text": "so ');
    const before = parser.root;
    parser.push("far");
    const after = parser.root;
    if (before?.kind !== "object" || after?.kind !== "object") throw new Error("not read");
    expect(after).not.toBe(before);
    expect(after.entries[0]?.node).toBe(before.entries[0]?.node);
    expect(after.entries[1]?.node).not.toBe(before.entries[1]?.node);
  });

  it("does not mind two halves of an emoji, nor an escape cut in two", () => {
    const parser = new PartialJson();
    for (const piece of ['{"a": "\\ud8', "3d\\ude", '00"}']) parser.push(piece);
    expect(valueOf(parser.root)).toEqual({ a: "😀" });
  });

  it("reads a megabyte in small pieces in little time", () => {
    const text = JSON.stringify({ text: "x".repeat(1_000_000) });
    const parser = new PartialJson();
    const begun = performance.now();
    for (const piece of piecesOf(text, 100)) parser.push(piece);
    expect(parser.isDone).toBe(true);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
