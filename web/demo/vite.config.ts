// The demo company's site: plain pages in one layout, with the widget's script tag at the end of each.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;
const layout = readFileSync(resolve(here, "layout.html"), "utf8");

/** The server puts its edge's address in place of `{{edge}}`. */
const widget = `<script src="/config.js"></script>
    <script src="{{edge}}/widget.js" async data-site="demo" data-identity-url="/identity" data-title="Ask Brightwater"
      data-colour="#0b5c70" data-radius="14px" data-font="'Inter Variable', system-ui, sans-serif"></script>`;

/** A page is a first comment, \`<!-- title | description -->\`, and what stands in its main part. */
function inTheLayout(): Plugin {
  return {
    name: "in-the-layout",
    transformIndexHtml: {
      order: "pre",
      handler(page, { path }) {
        const [first, title = "", description = ""] = /^<!--\s*(.*?)\s*\|\s*(.*?)\s*-->/.exec(page) ?? [];
        if (first === undefined) throw new Error(`${path} does not begin with <!-- title | description -->`);
        const address = path.replace(/(\/?index)?\.html$/, "");
        return layout
          .replaceAll("%title%", title)
          .replace("%description%", description)
          .replace("%main%", () => page.slice(first.length))
          .replace(`<a href="${address}"`, `<a aria-current="page" href="${address}"`);
      },
    },
  };
}

/** After Vite has read the page, so that it leaves addresses alone that only the server knows. */
function withTheWidget(): Plugin {
  return {
    name: "with-the-widget",
    transformIndexHtml: { order: "post", handler: (page) => page.replace("</body>", `  ${widget}\n  </body>`) },
  };
}

const pages = readdirSync(here, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".html") && file !== "layout.html");

export default defineConfig({
  root: here,
  publicDir: false,
  plugins: [inTheLayout(), withTheWidget()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: resolve(here, "../dist/demo"),
    emptyOutDir: true,
    target: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    rolldownOptions: { input: pages.map((file) => resolve(here, file)) },
  },
});
