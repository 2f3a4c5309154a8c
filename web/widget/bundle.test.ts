import { gzipSync } from "node:zlib";
import { build, type Rollup } from "vite";
import { expect, test, vi } from "vitest";

const script_max = 15 * 1024;
const panel_max = 12 * 1024;
const unsafe = /\beval\(|new Function|\.style\b|setAttribute\(["'`]style|innerHTML/;

/** The script with English in it, and beside it the words of every other language. */
async function built(configFile: string) {
  vi.stubEnv("NODE_ENV", "production");
  const made = await build({ configFile, logLevel: "silent", build: { write: false } });
  const { output } = (Array.isArray(made) ? made[0] : made) as Rollup.RollupOutput;
  const [{ code }, ...files] = output;
  const packed = (text: string | Uint8Array) => gzipSync(text, { level: 9 }).length;
  const words = Math.max(...files.map((file) => packed("source" in file ? file.source : "")));
  return { code, size: packed(code), words, names: output.map(({ fileName }) => fileName.replace(/-\w{8}\./, ".")) };
}

test("the widget is one script of at most 15 kB gzip with the words of any language, under a strict content policy", async () => {
  const { code, size, words, names } = await built("widget/vite.config.ts");
  expect(names).toEqual(["widget.js", "words-widget-de.json"]);
  expect(size + words).toBeLessThanOrEqual(script_max);
  expect(code).not.toMatch(unsafe);
});

test("what stands in the panel is a module of its own", async () => {
  const { code, size, words, names } = await built("widget/panel.vite.config.ts");
  expect(names).toEqual(["panel.js", "words-panel-de.json"]);
  expect(size + words).toBeLessThanOrEqual(panel_max);
  expect(code).not.toMatch(unsafe);
});
