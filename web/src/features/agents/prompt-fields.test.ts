import { describe, expect, it } from "vitest";
import { fieldsOf, insertField, unknownNames } from "./prompt-fields";

const ticket = {
  name: "Ticket",
  requestSchema: { type: "object", properties: { title: {}, text: {} } },
};
const names = (tasks: Parameters<typeof fieldsOf>[0]) => fieldsOf(tasks).map(({ name }) => name);

describe("R7: what a user prompt can name", () => {
  it("offers the top-level fields of every task, and the whole input", () => {
    const mail = { name: "Mail", requestSchema: { properties: { text: {}, from: {} } } };
    expect(fieldsOf([ticket, mail])).toEqual([
      { name: "title", tasks: ["Ticket"] },
      { name: "text", tasks: ["Ticket", "Mail"] },
      { name: "from", tasks: ["Mail"] },
      { name: "input", tasks: [] },
    ]);
  });

  it("offers a field that is named input once", () => {
    expect(names([{ name: "T", requestSchema: { properties: { input: {} } } }])).toEqual(["input"]);
  });

  it.each([null, "text", [], true, { properties: [] }, { $ref: "#/none" }])(
    "offers the whole input alone for %j",
    (requestSchema) => {
      expect(names([{ name: "T", requestSchema }])).toEqual(["input"]);
    },
  );

  it("follows a root that is defined elsewhere, and stops where it goes round", () => {
    const requestSchema = {
      $ref: "#/$defs/a~1b",
      $defs: { "a/b": { type: "object", properties: { inner: {} } } },
    };
    expect(names([{ name: "T", requestSchema }])).toEqual(["inner", "input"]);
    const round = { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } };
    expect(names([{ name: "T", requestSchema: round }])).toEqual(["input"]);
  });

  it("tells what is no field", () => {
    const prompt = "{{title}} {{ nope }} {{nope}} {{input}} {{}} {single}";
    expect(unknownNames(prompt, fieldsOf([ticket]))).toEqual(["nope"]);
  });
});

it("puts a field in the place of what is selected", () => {
  expect(insertField("Title: X.", "title", 7, 8)).toEqual({
    text: "Title: {{title}}.",
    cursor: 16,
  });
});
