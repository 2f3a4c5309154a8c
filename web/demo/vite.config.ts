// The demo company's site: plain pages in one layout, with the widget's script tag at the end of each but those that go without.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { build, defineConfig, type Plugin, type Rolldown } from "vite";

const here = import.meta.dirname;
const layout = readFileSync(resolve(here, "layout.html"), "utf8");
const target = ["chrome123", "firefox120", "safari17.5"];

/** Elements with a shared state, each a module of its own: `/shared/<name>.js`. */
const sharedWidgets = ["tariff-calculator", "router-set-up"];

/** Their type, beside them. */
const type = "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";

/** The server puts its edge's address in place of `{{edge}}`. */
const widget = `<script src="/config.js"></script>
    <script src="{{edge}}/widget.js" async data-site="demo" data-identity-url="/identity" data-sign-in-url="/sign-in" data-title="Ask Brightwater"
      data-colour="#0b5c70" data-radius="14px" data-font="'Inter Variable', system-ui, sans-serif"
      data-profile="public-site" data-hide="[data-account]"></script>`;

const firstComment = /^<!--\s*(.*?)\s*\|\s*(.*?)\s*(\|\s*without the widget\s*)?-->/;

/** A page is a first comment, \`<!-- title | description -->\` or \`<!-- title | description | without the widget -->\`, and what stands in its main part. */
function inTheLayout(): Plugin {
  return {
    name: "in-the-layout",
    transformIndexHtml: {
      order: "pre",
      handler(page, { path }) {
        const [first, title = "", description = "", without] = firstComment.exec(page) ?? [];
        if (first === undefined) throw new Error(`${path} does not begin with <!-- title | description -->`);
        const address = path.replace(/(\/?index)?\.html$/, "");
        return layout
          .replaceAll("%title%", title)
          .replace("%description%", description)
          .replace("%widget%", without === undefined ? "with" : "without")
          .replace("%main%", () => page.slice(first.length))
          .replace(`<a href="${address}"`, `<a aria-current="page" href="${address}"`);
      },
    },
  };
}

/** After Vite has read the page, so that it leaves addresses alone that only the server knows. */
function withScripts(): Plugin {
  const script = (name: string) => `<script type="module" src="/shared/${name}.js"></script>`;
  return {
    name: "with-scripts",
    transformIndexHtml: {
      order: "post",
      handler(page) {
        const shared = sharedWidgets.filter((name) => page.includes(`<${name}`)).map(script);
        const scripts = page.includes('data-widget="without"') ? shared : [...shared, widget];
        return page.replace("</body>", `  ${scripts.join("\n    ")}\n  </body>`);
      },
    },
  };
}

/** Everything in one file under a lasting address, so that a frame that may load nothing else can run it. */
function withSharedWidgets(): Plugin {
  return {
    name: "with-shared-widgets",
    apply: "build",
    async generateBundle() {
      for (const name of sharedWidgets) {
        const built = await build({
          configFile: false,
          logLevel: "warn",
          publicDir: false,
          build: { write: false, target, modulePreload: false, rolldownOptions: { input: resolve(here, `shared/${name}.ts`) } },
        });
        const [module, ...more] = (built as Rolldown.RolldownOutput).output;
        if (more.length > 0) throw new Error(`${name} is not one file: ${more.map(({ fileName }) => fileName).join(", ")} stand beside it`);
        this.emitFile({ type: "asset", fileName: `shared/${name}.js`, source: module.code });
      }
      this.emitFile({ type: "asset", fileName: "shared/inter.woff2", source: readFileSync(resolve(here, "..", type)) });
    },
  };
}

const pages = readdirSync(here, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".html") && file !== "layout.html");

export default defineConfig({
  root: here,
  publicDir: resolve(here, "public"),
  plugins: [inTheLayout(), withScripts(), withSharedWidgets()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: resolve(here, "../dist/demo"),
    emptyOutDir: true,
    target,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: pages.map((file) => resolve(here, file)) },
  },
});
