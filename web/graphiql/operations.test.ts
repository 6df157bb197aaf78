// @vitest-environment node
import { readFileSync } from "node:fs";
import { buildSchema, getOperationAST, getVariableValues, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { samples } from "./operations";

const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));

for (const { query, variables = "{}" } of samples) {
  const document = parse(query);
  const operation = getOperationAST(document);

  describe(operation?.name?.value ?? query, () => {
    it("is one named operation that fits the schema", () => {
      expect(operation?.name).toBeDefined();
      expect(validate(schema, document)).toEqual([]);
    });

    it("has a value for each variable that the schema accepts", () => {
      const declared = operation?.variableDefinitions ?? [];
      const given = JSON.parse(variables) as Record<string, unknown>;
      expect(Object.keys(given)).toEqual(declared.map(({ variable }) => variable.name.value));
      expect(getVariableValues(schema, declared, given).errors).toBeUndefined();
    });
  });
}

it("notices a field that the schema does not have", () => {
  expect(validate(schema, parse("{ viewer { name shoeSize } }"))).toHaveLength(1);
});
