/** Every object schema of the official JSON Schema test suite. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../../../../../shared/json-schema-test-suite");

export function suiteSchemas(): [place: string, schema: unknown][] {
  if (!existsSync(folder)) {
    throw new Error(
      "The official JSON Schema test suite is missing: put it beside the project, as " +
        "../shared/json-schema-test-suite seen from the project's root.",
    );
  }
  return ["draft4", "draft7", "draft2020-12"].flatMap((draft) =>
    readdirSync(join(folder, draft), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".json"))
      .flatMap((file) => {
        const text = readFileSync(join(folder, draft, file), "utf8");
        const groups = JSON.parse(text) as { description: string; schema: unknown }[];
        return groups.map(({ description, schema }): [string, unknown] => [
          `${draft}/${file}: ${description}`,
          schema,
        ]);
      }),
  );
}
