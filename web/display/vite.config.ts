// The display: one module that the edge serves as /display.js and the widget loads when there is something to show.
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { ownWords } from "../scripts/words.mjs";

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  publicDir: false,
  resolve: { alias: { "preact/jsx-runtime": resolve(here, "../widget/parts/jsx-runtime.ts") } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [ownWords("display", ["display.", "widget."])],
  build: {
    outDir: resolve(here, "../dist/edge"),
    emptyOutDir: false,
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: false,
    rolldownOptions: { input: resolve(here, "main.ts"), preserveEntrySignatures: "strict", output: { entryFileNames: "display.js" } },
  },
});
