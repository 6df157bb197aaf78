import { describe, expect, it } from "vitest";
import { changedNumber, isExact, mayHaveChanged, tellChanged } from "./exact-numbers";

describe("numbers that a browser keeps", () => {
  it.each(["0", "-0", "0.0", "1", "-7.50", "0.1", "1e3", "1E+21", "1000.0", "9007199254740991"])(
    "gives back %s",
    (literal) => {
      expect(isExact(literal)).toBe(true);
    },
  );
  it.each(["5e-324", "1e23", "123456789012345.6", "100000000000000000000", "0.00000012"])(
    "gives back %s, too",
    (literal) => {
      expect(isExact(literal)).toBe(true);
    },
  );
  it.each([
    "1234567890123456.78",
    "9007199254740993",
    "0.10000000000000001",
    "1e-400",
    "1e400",
    "-12345678901234567890.5",
  ])("changes %s", (literal) => {
    expect(isExact(literal)).toBe(false);
  });
});

it("finds the first number of a text that would change, and none within texts", () => {
  expect(changedNumber('{"a": [1, 2.5], "b": "9007199254740993", "c\\"9007199254740993": 1}')).toBe(
    null,
  );
  expect(changedNumber('{"a": [1, {"b": -9007199254740993}], "c": 1e400}')).toBe(
    "-9007199254740993",
  );
});

it("tells values that may have had more digits", () => {
  expect(mayHaveChanged({ a: [1, 0.5, "9007199254740993", null, 123456789.25] })).toBe(false);
  expect(mayHaveChanged(JSON.parse('{"a": [9007199254740993]}'))).toBe(true);
  expect(mayHaveChanged(JSON.parse('[[{"a": 1234567890123456.78}]]'))).toBe(true);
});

it("says what to do, in a line", () => {
  expect(tellChanged("9007199254740993")).toContain("9007199254740993 has more digits");
  expect(tellChanged("9".repeat(5000)).length).toBeLessThan(150);
});
