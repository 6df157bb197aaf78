import { expect, it } from "vitest";
import { parseSchema } from "./parse";
import { summarize } from "./summary";

it.each([
  [{ type: "string", minLength: 1 }, "at least 1 character"],
  [{ type: "string", minLength: 2, maxLength: 5 }, "2 to 5 characters"],
  [{ type: "array", items: { type: "string" }, maxItems: 1 }, "of texts · at most 1 item"],
  [{ type: "integer", minimum: 1 }, "at least 1"],
  [{ enum: ["en", "de"] }, "en, de"],
])("says of %j in a line: %s", (schema, line) => {
  expect(summarize(parseSchema(schema))).toBe(line);
});
