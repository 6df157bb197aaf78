import { defineConfig } from "vitest/config";

// One server and one browser for all specs, one spec after the other.
export default defineConfig({
  test: {
    include: ["e2e/**/*.spec.ts"],
    environment: "node",
    globalSetup: "e2e/harness/server.ts",
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
