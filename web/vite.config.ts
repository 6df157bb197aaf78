import { fileURLToPath } from "node:url";
import ui from "@nuxt/ui/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";
import { compressed } from "./build/compressed.ts";
import { introspection } from "./build/introspection.ts";
import { theme } from "./build/theme.ts";

const api = process.env.ROTA_DEV_API ?? "http://127.0.0.1:8000";
// The API answers pages of its own origin only.
const toApi = { target: api, changeOrigin: true, headers: { origin: api }, ws: true };

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  plugins: [
    vue(),
    introspection(),
    compressed(),
    ui({
      ui: theme,
      // src/ui/components.d.ts names the components; nothing else is imported by magic.
      dts: false,
      autoImport: false,
      colorMode: false,
      icon: { clientBundle: { scan: { globInclude: ["src/**/*.{vue,ts}"] } } },
      experimental: { componentDetection: true },
    }),
  ],
  server: { proxy: { "/graphql": toApi, "/session": toApi } },
  build: {
    outDir: "../api/rota/http/static",
    emptyOutDir: true,
    // The page's policy lets no data: font or style in.
    assetsInlineLimit: 0,
    // The polyfill is of use only to browsers too old for the rest.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What most screens share comes at once, and not in a dozen small files.
        codeSplitting: {
          groups: [{ name: "screens", test: /\/src\/(lib|ui)\//, minShareCount: 4 }],
        },
      },
      treeshake: {
        // What a room offers is not loaded along with what is used of it.
        moduleSideEffects: [
          { test: /\/src\/(editors|features)\/[\w-]+\/index\.ts$/, sideEffects: false },
        ],
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["{src,graphiql,build}/**/*.test.ts"],
    setupFiles: "src/testing/setup.ts",
    maxWorkers: "100%",
  },
});
