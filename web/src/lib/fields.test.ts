import { describe, expect, it } from "vitest";
import {
  changedInput,
  changesOf,
  emptyValues,
  inputOf,
  json,
  optionalJson,
  optionalNumber,
  optionalText,
  rowsOf,
  text,
  trimmed,
  valuesOf,
} from "./fields";

const FIELDS = {
  name: text("Name"),
  note: optionalText("Note", trimmed),
  size: optionalNumber("Size"),
  shape: json("Shape", {}),
  frame: optionalJson("Frame", "None"),
};
const stored = { name: "A", note: null, size: 0, shape: { b: 1, a: 2 }, frame: null };
const values = { name: "A", note: "", size: "0", shape: '{"b":1,"a":2}', frame: null };

it("begins empty", () => {
  expect(emptyValues(FIELDS)).toEqual({ name: "", note: "", size: "", shape: "{}", frame: null });
});

it("reads what is stored into a form, and back", () => {
  expect(valuesOf(FIELDS, stored)).toEqual(values);
  expect(JSON.stringify(inputOf(FIELDS, values))).toBe(JSON.stringify(stored));
});

describe("what is sent", () => {
  const changed = (typed: Partial<typeof values>) =>
    changedInput(FIELDS, { ...values, ...typed }, values);

  it("is nothing where nothing was changed, or blanks alone where they do not count", () => {
    expect(changed({})).toEqual({});
    expect(changed({ note: "  " })).toEqual({});
  });

  it("is what was changed, and null where it was emptied", () => {
    expect(changed({ name: " B", note: " b " })).toEqual({ name: " B", note: "b" });
    expect(changed({ size: "" })).toEqual({ size: null });
    expect(changed({ size: "7" })).toEqual({ size: 7 });
  });

  it("is another JSON where only the order of its keys is another one", () => {
    const moved = changed({ shape: '{"a":2,"b":1}' });
    expect(JSON.stringify(moved)).toBe('{"shape":{"a":2,"b":1}}');
  });
});

it("shows two versions field by field", () => {
  const theirs = { ...values, note: "x", frame: "[1]" as unknown as null };
  expect(rowsOf(FIELDS, values, theirs)).toEqual([
    { label: "Name", mine: "A", theirs: "A" },
    { label: "Note", mine: "", theirs: "x" },
    { label: "Size", mine: "0", theirs: "0" },
    { label: "Shape", mine: '{\n  "b": 1,\n  "a": 2\n}', theirs: '{\n  "b": 1,\n  "a": 2\n}' },
    { label: "Frame", mine: "None", theirs: "[\n  1\n]" },
  ]);
});

describe("a history", () => {
  it("tells what a revision changed, of the fields in the list", () => {
    const next = { ...stored, note: "x", revision: 2 };
    expect(changesOf(FIELDS, stored, next)).toEqual([{ label: "Note", before: "", after: "x" }]);
  });

  it("shows the first one whole", () => {
    expect(changesOf(FIELDS, undefined, stored).map(({ label, after }) => [label, after])).toEqual([
      ["Name", "A"],
      ["Size", "0"],
      ["Shape", '{\n  "b": 1,\n  "a": 2\n}'],
      ["Frame", "None"],
    ]);
  });
});
