// The mirror: a page of an origin of its own, and the page in which each shared widget runs.
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { ownWords } from "../scripts/words.mjs";

const here = import.meta.dirname;

/** The widget's page has no origin, so it could not fetch a module from its own server: its script is a classic one. */
function widgetScriptIsClassic(): Plugin {
  return {
    name: "widget-script-is-classic",
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === "chunk" && chunk.facadeModuleId?.endsWith("widget.html") && chunk.imports.length > 0) {
          this.error(`the widget's script imports ${chunk.imports.join(", ")}: it has to stand alone`);
        }
      }
    },
    transformIndexHtml: {
      order: "post",
      handler: (page, { path }) => (path.endsWith("widget.html") ? page.replace('<script type="module" crossorigin ', "<script defer ") : page),
    },
  };
}

export default defineConfig({
  root: here,
  base: "/",
  publicDir: false,
  // The call-me-back widget's own parts are drawn by the widget's own runtime.
  resolve: { alias: { "preact/jsx-runtime": resolve(here, "../widget/parts/jsx-runtime.ts") } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [widgetScriptIsClassic(), ownWords("mirror", ["mirror.", "display.", "widget."])],
  build: {
    outDir: resolve(here, "../dist/mirror"),
    emptyOutDir: true,
    // As the widget, whose parts are drawn here.
    target: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: resolve(here, "index.html"), widget: resolve(here, "widget.html") } },
  },
});
