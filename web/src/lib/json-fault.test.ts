import { describe, expect, it } from "vitest";
import { faultOf } from "./json-fault";

const placeOf = (text: string) => {
  const fault = faultOf(text);
  return fault && `${fault.line}:${fault.column} ${fault.message}`;
};

it.each([
  ["", "1:1 A value is missing."],
  ["{", "1:2 A name in double quotes belongs here."],
  ['{"a": 1,}', "1:9 A name in double quotes belongs here."],
  ['{\n  "a": x\n}', "2:8 Texts stand in double quotes."],
  ['{\n  "a" 1\n}', "2:7 A colon belongs here."],
  ["[1 2]", "1:4 A comma or ] belongs here."],
  ['{"a": [1, 2', "1:12 The closing ] is missing."],
  ['{"a": 1}}', "1:9 Nothing may follow the end."],
  ['{"a": "open\n}', "1:7 The closing double quote of this text is missing."],
  ['{"a": "\\x"}', '1:8 A backslash stands before one of these: " \\ / b f n r t u.'],
  ['{"a": "\t"}', "1:8 In a text this is written with a backslash, as in \\t."],
  ['{"a": 01}', "1:7 A value belongs here."],
  ['{"a": 1, "a": 2}', "1:10 This name is there twice."],
  ['{"a": 1, "\\u0061": 2}', "1:10 This name is there twice."],
  ['{"seed": 12345678901234567890}', "1:10 This number cannot be kept exactly."],
  ['{"a": 1e999}', "1:7 This number cannot be kept exactly."],
])("tells where %j is wrong", (text, place) => {
  expect(placeOf(text)).toBe(place);
});

it.each(["0", "-0.0", "1e3", "1.50", "0.1", "-12e-7", "9007199254740993e0", "1e21", "123456.789"])(
  "takes the number %s only if it stays what it is",
  (literal) => {
    expect(faultOf(literal) === null).toBe(literal !== "9007199254740993e0");
  },
);

it("does not run out of stack, however deep it goes", () => {
  expect(faultOf("[".repeat(200_000) + "]".repeat(200_000))).toBeNull();
  expect(faultOf('{"a":'.repeat(100_000))?.message).toBe("A value is missing.");
});

describe("against the browser", () => {
  /** A small generator, so that each run tries the same. */
  function generator(seed: number) {
    let state = seed;
    return (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
  }
  const PARTS = ['{"a":1}', "[", "]", "{", "}", ",", ":", '"b"', '"', "\\", " ", "\n", "-", "2.5"];
  const MORE = ["e3", "true", "null", "tru", "\\u00e9", '"c":', "0", "[1,2]", "\t", "é", "'", "."];

  it("finds a fault exactly where JSON.parse throws", () => {
    const next = generator(7);
    const parts = [...PARTS, ...MORE];
    let wrong = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const text = Array.from({ length: next(7) }, () => parts[next(parts.length)]).join("");
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      const fault = faultOf(text);
      if (fault?.message.startsWith("This n")) continue;
      if (isJson === (fault !== null)) expect.soft(text).toBe(isJson ? "taken" : "refused");
      if (!isJson) wrong += 1;
    }
    expect(wrong).toBeGreaterThan(10_000);
  });

  it("points at what was broken in what was whole", () => {
    const whole = JSON.stringify({ a: [1, "x", { b: null }], c: { d: -2.5 }, e: "f" }, null, 2);
    for (let at = 1; at < whole.length; at += 1) {
      const cut = faultOf(whole.slice(0, at));
      expect(cut, whole.slice(0, at)).not.toBeNull();
      expect(cut?.line).toBeLessThanOrEqual(whole.slice(0, at).split("\n").length);
    }
  });
});
