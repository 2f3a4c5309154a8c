import { gzipSync } from "node:zlib";
import { build, type Rollup } from "vite";
import { expect, test, vi } from "vitest";

const gzip_max = 15 * 1024;
const words_max = 3 * 1024;

test("the widget is one script of at most 15 kB gzip with the words of any language, and runs under a strict content policy", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const built = await build({ configFile: "widget/vite.config.ts", logLevel: "silent", build: { write: false } });
  const [{ output }] = built as Rollup.RollupOutput[] as [Rollup.RollupOutput];
  const [{ code, fileName }, ...files] = output;
  expect([fileName, ...files.map((file) => file.fileName.replace(/-\w{8}\./, "."))]).toEqual(["widget.js", "words-widget-de.json"]);
  const words = files.map((file) => gzipSync("source" in file ? file.source : "", { level: 9 }).length);
  // English is in the script.
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(gzip_max);
  expect(Math.max(...words)).toBeLessThanOrEqual(words_max);
  expect(code).not.toMatch(/\beval\(|new Function|\.style\b|setAttribute\(["'`]style|innerHTML/);
});
