// Builds every bundle that has a folder here, one after the other, into dist/{edge,desk,demo}.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "vite";

const web = resolve(import.meta.dirname, "..");
const bundles = {
  desk: "vite.config.ts",
  widget: "widget/vite.config.ts",
  panel: "widget/panel.vite.config.ts",
  recorder: "recorder/vite.config.ts",
  display: "display/vite.config.ts",
  demo: "demo/vite.config.ts",
  mirror: "mirror/vite.config.ts",
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in bundles));
if (unknown.length > 0) {
  console.error(`unknown bundle ${unknown.join(", ")}: choose from ${Object.keys(bundles).join(", ")}`);
  process.exit(2);
}

for (const [name, config] of Object.entries(bundles)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const configFile = resolve(web, config);
  if (!existsSync(configFile)) {
    console.warn(`${name}: ${config} is not there, skipped`);
    continue;
  }
  // Their names change with what they say.
  const edge = resolve(web, "dist/edge");
  for (const file of existsSync(edge) ? readdirSync(edge) : []) if (file.startsWith(`words-${name}-`)) rmSync(resolve(edge, file));
  await build({ configFile, logLevel: "warn" });
  console.log(`${name}: built`);
}
