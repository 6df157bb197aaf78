import { defineConfig } from "vite";
import { compressed } from "../build/compressed.ts";

export default defineConfig({
  base: "/graphiql/",
  plugins: [compressed()],
  build: {
    outDir: "../../api/rota/http/static/graphiql",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The editor alone is larger than the limit, and it is loaded as a chunk of its own.
    chunkSizeWarningLimit: 4096,
    // Libraries mark files for servers that render; there is none here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: "es" },
});
