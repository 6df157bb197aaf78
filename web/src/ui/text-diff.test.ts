import { expect, it } from "vitest";
import { diffText } from "./text-diff";

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

it("tells removed from added, and keeps what stayed", () => {
  expect(diffText("a\nb\nc", "a\nx\nc")).toEqual([
    { kind: "same", lines: ["a"] },
    { kind: "removed", lines: ["b"] },
    { kind: "added", lines: ["x"] },
    { kind: "same", lines: ["c"] },
  ]);
});

it("reads nothing as nothing, not as an empty line", () => {
  expect(diffText("", "a")).toEqual([{ kind: "added", lines: ["a"] }]);
  expect(diffText("a", "")).toEqual([{ kind: "removed", lines: ["a"] }]);
});

it("folds what is far from a change", () => {
  const before = lines(20);
  const parts = diffText(before.join("\n"), [...before, "more"].join("\n"));
  expect(parts.map(({ kind, lines: { length } }) => [kind, length])).toEqual([
    ["folded", 18],
    ["same", 2],
    ["added", 1],
  ]);
});

it("puts both texts together again", () => {
  const before = "one\ntwo\n\nthree\nfour";
  const after = "zero\ntwo\nthree\n\nfour\nfive";
  const parts = diffText(before, after);
  const side = (without: string) =>
    parts.flatMap(({ kind, lines: own }) => (kind === without ? [] : own)).join("\n");
  expect(side("added")).toBe(before);
  expect(side("removed")).toBe(after);
});

it("gives up comparing what is too long to compare", () => {
  const parts = diffText(lines(3000).join("\n"), lines(2999).join("\n"));
  expect(parts.map(({ kind }) => kind)).toEqual(["removed", "added"]);
});
