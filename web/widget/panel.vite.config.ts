// What stands in the widget's panel: one module that the edge serves as /panel.js.
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { ownWords } from "../scripts/words.mjs";

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  publicDir: false,
  resolve: { alias: { "preact/jsx-runtime": resolve(here, "parts/jsx-runtime.ts") } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [ownWords("panel", ["widget."])],
  build: {
    outDir: resolve(here, "../dist/edge"),
    emptyOutDir: false,
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: false,
    rolldownOptions: { input: resolve(here, "panel.tsx"), preserveEntrySignatures: "strict", output: { entryFileNames: "panel.js" } },
  },
});
