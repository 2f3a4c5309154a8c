// The widget: one classic script that the edge serves as /widget.js.
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { ownWords } from "../scripts/words.mjs";

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  publicDir: false,
  resolve: { alias: { "preact/jsx-runtime": resolve(here, "parts/jsx-runtime.ts") } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [ownWords("widget", ["widget.launcher."])],
  build: {
    outDir: resolve(here, "../dist/edge"),
    emptyOutDir: false,
    target: ["chrome123", "firefox128", "safari17.5"],
    lib: { entry: resolve(here, "main.ts"), formats: ["iife"], name: "lockstepWidget", fileName: () => "widget.js" },
  },
});
