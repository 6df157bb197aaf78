import { expect, it } from "vitest";
import { diffLines } from "./line-diff";

function told(before: string, after: string): string[] {
  const signs = { same: " ", added: "+", removed: "-" };
  return diffLines(before, after).map(({ kind, text }) => signs[kind] + text);
}

it("keeps what is the same and tells what came and went", () => {
  expect(told("a\nb\nc\nd", "a\nc\nx\nd")).toEqual([" a", "-b", " c", "+x", " d"]);
});

it.each([
  ["", "", []],
  ["", "a", ["+a"]],
  ["a", "", ["-a"]],
  ["a", "a", [" a"]],
  ["a\na", "a", [" a", "-a"]],
  ["a\nb", "b\na", ["-a", " b", "+a"]],
])("from %j to %j", (before, after, expected) => {
  expect(told(before, after)).toEqual(expected);
});

it("leads from one text to the other, also where both are long", () => {
  const before = Array.from({ length: 3_000 }, (_, at) => `line ${at * 2}`).join("\n");
  const after = Array.from({ length: 3_000 }, (_, at) => `line ${at * 3}`).join("\n");
  const lines = diffLines(before, after);
  const without = (kind: string) =>
    lines.filter((line) => line.kind !== kind).map(({ text }) => text);
  expect(without("added").join("\n")).toBe(before);
  expect(without("removed").join("\n")).toBe(after);
});
