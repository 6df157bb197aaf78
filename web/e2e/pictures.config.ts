import { defineConfig } from "vitest/config";

// On the demo model, for what shows the product as a new user meets it.
export default defineConfig({
  test: {
    name: "demo model",
    include: ["e2e/pictures.ts"],
    environment: "node",
    globalSetup: "e2e/harness/server.ts",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
