import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    outDir: "../api/rota/http/static",
    emptyOutDir: true,
    // The page's policy lets no data: font or style in.
    assetsInlineLimit: 0,
    // The polyfill is of use only to browsers too old for the rest.
    modulePreload: { polyfill: false },
  },
  test: { environment: "happy-dom" },
});
