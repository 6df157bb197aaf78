import { existsSync, readdirSync } from "node:fs";
import type { CodegenConfig } from "@graphql-codegen/cli";

const features = readdirSync("src/features").filter((feature) =>
  existsSync(`src/features/${feature}/${feature}.queries.ts`),
);

/** Operations and fragments are their feature's own. */
const config: CodegenConfig = {
  schema: "../schema.graphql",
  generates: Object.fromEntries(
    features.map((feature) => [
      `src/features/${feature}/gql/`,
      {
        documents: `src/features/${feature}/${feature}.queries.ts`,
        preset: "client",
        presetConfig: { fragmentMasking: false },
        config: {
          useTypeImports: true,
          enumsAsTypes: true,
          skipTypename: true,
          defaultScalarType: "unknown",
          scalars: { DateTime: "string", Decimal: "string", JSON: "unknown" },
        },
      },
    ]),
  ),
};

export default config;
