// The apps that are written with a framework, bundled as their companies would do it.
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const web = resolve(import.meta.dirname, "../../../web");
const require = createRequire(resolve(web, "package.json"));
const frameworks = { react: ["react", "react-dom"], vue: ["vue"] };

/** The script of each app, by its name; `asked` are the pages that are played, none for all. */
export async function appsFor(asked) {
  const { build } = await import(pathToFileURL(require.resolve("vite")).href);
  const scripts = {};
  for (const [name, packages] of Object.entries(frameworks)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const alias = Object.fromEntries(packages.map((one) => [one, dirname(require.resolve(`${one}/package.json`))]));
    const { output } = await build({
      root: web,
      configFile: false,
      logLevel: "error",
      resolve: { alias },
      define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
      build: { write: false, modulePreload: false, rolldownOptions: { input: resolve(import.meta.dirname, `apps/${name}.js`) } },
    });
    scripts[name] = output[0].code;
  }
  return scripts;
}
