import { expect, it } from "vitest";
import { fromLines, toLines } from "./stop-texts";

it.each([
  [["###"], "###"],
  [["\n\n", "END "], "\\n\\n\nEND "],
  [["\\boxed{"], "\\boxed{"],
  [["\\n"], "\\\\n"],
  [["a\tb\r"], "a\\tb\\r"],
])("writes %j as %j, and reads it back", (texts, lines) => {
  expect(toLines(texts)).toBe(lines);
  expect(fromLines(lines)).toEqual(texts);
});

it("reads what is typed without a thought for backslashes", () => {
  expect(fromLines("\\section\n\n\\end\n")).toEqual(["\\section", "\\end"]);
});

it("gives back every text of up to five of these", () => {
  const parts = ["\\", "n", "t", "\n", "\t", "\r", "x"];
  let texts = [""];
  for (let length = 1; length <= 5; length += 1) {
    texts = texts.flatMap((text) => parts.map((part) => text + part));
    const wrong = texts.filter((text) => fromLines(toLines([text]))[0] !== text);
    expect(wrong).toEqual([]);
  }
});
