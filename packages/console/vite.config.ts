import { defineConfig } from "vite";
import { compressedFiles } from "./compressed-files.ts";

export default defineConfig({
  plugins: [compressedFiles()],
  // Classes and hooks come from preact itself; Vite's own transform needs no plugin for that.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    // A data: URL would break `default-src 'self'`, and so would the polyfill's inline script.
    assetsInlineLimit: 0,
    emptyOutDir: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
