import { join } from "node:path";
import { ESLint } from "eslint";
import { describe, expect, it, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

const eslint = new ESLint({ cwd: join(import.meta.dirname, "..") });
const OURS = ["rota/walls", "no-restricted-syntax"];

/** What the project's own rules say to this line in this file of `src`. */
async function refused(file: string, line: string): Promise<string[]> {
  const text = file.endsWith(".vue") ? `<script setup lang="ts">\n${line}\n</script>\n` : line;
  const [result] = await eslint.lintText(text, { filePath: `src/${file}` });
  expect(result?.messages.filter(({ fatal }) => fatal)).toEqual([]);
  return (result?.messages ?? [])
    .filter(({ ruleId }) => OURS.includes(ruleId ?? ""))
    .map(({ message }) => message);
}

const use = (path: string) => `import { x } from "${path}";`;

describe("the linter refuses", () => {
  it.each([
    // A room knows those below it alone.
    ["lib/Planted.vue", "@/features/agents", "lib knows nothing of features/agents"],
    ["lib/Planted.vue", "@/editors/json-form", "lib knows nothing of editors/json-form"],
    ["lib/Planted.vue", "@/ui/confirm", "lib knows nothing of ui"],
    ["lib/Planted.vue", "@/app/router", "lib knows nothing of app"],
    ["ui/Planted.vue", "@/features/agents", "ui knows nothing of features/agents"],
    ["ui/Planted.vue", "@/editors/json-form", "ui knows nothing of editors/json-form"],
    ["ui/Planted.vue", "@/app/router", "ui knows nothing of app"],
    ["editors/json-form/Planted.vue", "@/features/runs", "nothing of features/runs"],
    ["editors/json-form/Planted.vue", "@/editors/schema-builder", "of editors/schema-builder"],
    ["features/agents/Planted.vue", "@/app/router", "features/agents knows nothing of app"],
    ["features/agents/Planted.vue", "@/other/thing", "features/agents knows nothing of other"],
    // Inside of a feature or an editor one gets by its index alone.
    ["features/agents/Planted.vue", "@/features/providers/status", "only what its index.ts"],
    ["features/agents/Planted.vue", "@/features/providers/gql/graphql", "only what its index.ts"],
    ["features/agents/Planted.vue", "@/editors/json-form/draft", "only what its index.ts"],
    ["app/Planted.vue", "@/features/agents/routes", "only what its index.ts"],
    // The other way round there would be a cycle.
    ["features/agents/Planted.vue", "@/features/runs", "nothing of features/runs"],
    ["features/agents/Planted.vue", "@/features/tasks", "nothing of features/tasks"],
    ["features/providers/Planted.vue", "@/features/agents", "nothing of features/agents"],
    // By whatever way.
    ["features/tasks/components/Planted.vue", "../../agents/since", "nothing of features/agents"],
    ["lib/format.ts", "../features/agents", "lib knows nothing of features/agents"],
    ["features/agents/Planted.vue", "@/testing/client", "Only tests use src/testing."],
  ])("in %s what comes from %s", async (file, path, why) => {
    expect(await refused(file, use(path))).toEqual([expect.stringContaining(why)]);
  });

  it.each([
    ["that is loaded later", 'export const x = () => import("@/features/runs");'],
    ["of types alone", 'import type { X } from "@/features/runs";'],
    ["of a type in place", 'export type X = import("@/features/runs").X;'],
    ["that is passed on", 'export { x } from "@/features/runs";'],
    ["that is passed on as a whole", 'export * from "@/features/runs";'],
  ])("an import %s", async (_kind, line) => {
    const why = expect.stringContaining("knows nothing of features/runs") as string;
    expect(await refused("features/agents/since.ts", line)).toEqual([why]);
  });

  it.each(["features/new", "other"])(
    "a folder that has no place among the others: %s",
    async (name) => {
      expect(await refused(`${name}/Planted.vue`, "")).toEqual([
        `${name} has no place in build/walls.js.`,
      ]);
    },
  );

  it("a feature that collects files of others by their names", async () => {
    const line = 'export const x = import.meta.glob("../*/cache.ts");';
    expect(await refused("features/agents/Planted.vue", line)).toHaveLength(1);
    expect(await refused("app/Planted.vue", line)).toEqual([]);
  });

  it("an index that does something by itself", async () => {
    const index = "features/agents/index.ts";
    expect(await refused(index, 'export const x = () => import("./since");')).toHaveLength(1);
    expect(await refused(index, 'import "./since";')).toHaveLength(1);
    expect(await refused(index, 'export { x } from "./since";')).toEqual([]);
  });
});

describe("the linter lets pass", () => {
  it.each([
    ["app/Planted.vue", "@/features/agents"],
    ["features/runs/Planted.vue", "@/features/agents"],
    ["features/agents/Planted.vue", "@/features/providers"],
    ["features/agents/Planted.vue", "@/features/providers/index"],
    ["features/agents/Planted.vue", "@/editors/json-form"],
    ["features/agents/components/Planted.vue", "../since"],
    ["features/agents/Planted.vue", "./gql/graphql"],
    ["editors/json-form/Planted.vue", "@/lib/format"],
    ["ui/Planted.vue", "@/lib/format"],
    ["features/agents/agents.test.ts", "@/testing/client"],
    ["lib/Planted.vue", "vue"],
  ])("in %s what comes from %s", async (file, path) => {
    expect(await refused(file, use(path))).toEqual([]);
  });
});
