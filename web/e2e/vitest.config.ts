import { defineConfig } from "vitest/config";

// One server and one browser for all specs of a project, one spec after the other. A project's
// server stands for as long as vitest runs, so `npm run e2e` runs one project after the other.
const shared = {
  environment: "node",
  globalSetup: "e2e/harness/server.ts",
  fileParallelism: false,
  hookTimeout: 120_000,
} as const;
const onDemoModel = ["e2e/demo.spec.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "pages",
          include: ["e2e/**/*.spec.ts"],
          exclude: onDemoModel,
          testTimeout: 60_000,
        },
      },
      {
        test: { ...shared, name: "demo model", include: onDemoModel, testTimeout: 120_000 },
      },
    ],
  },
});
