// The recorder: one module that the edge serves as /recorder.js.
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { trimmed } from "./trim.ts";

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  publicDir: false,
  plugins: [trimmed()],
  build: {
    outDir: resolve(here, "../dist/edge"),
    emptyOutDir: false,
    target: ["chrome123", "firefox128", "safari17.5"],
    // Not `lib`: that leaves the white space of modules.
    modulePreload: false,
    rolldownOptions: { input: resolve(here, "main.ts"), preserveEntrySignatures: "strict", output: { entryFileNames: "recorder.js" } },
  },
});
