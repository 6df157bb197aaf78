/** The schema in the compact form that the cache reads, made from ../schema.graphql at build. */
import { readFileSync } from "node:fs";
import { minifyIntrospectionQuery } from "@urql/introspection";
import { buildSchema, introspectionFromSchema } from "graphql";
import type { Plugin } from "vite";

const ID = "virtual:introspection";
const schemaFile = new URL("../../schema.graphql", import.meta.url);

export function introspection(): Plugin {
  return {
    name: "rota:introspection",
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return undefined;
      const schema = buildSchema(readFileSync(schemaFile, "utf8"));
      const compact = minifyIntrospectionQuery(introspectionFromSchema(schema));
      return `export default ${JSON.stringify(compact)}`;
    },
  };
}
