import { gzipSync } from "node:zlib";
import { build, type Rollup } from "vite";
import { expect, test, vi } from "vitest";

const gzip_max = 30 * 1024;

test("the display is one module that runs under a strict content policy", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const built = await build({ configFile: "display/vite.config.ts", logLevel: "silent", build: { write: false } });
  const { output } = built as Rollup.RollupOutput;
  expect(output.map(({ fileName }) => fileName.replace(/-\w{8}\./, "."))).toEqual(["display.js", "words-display-de.json"]);
  expect(gzipSync(output[0].code, { level: 9 }).length).toBeLessThanOrEqual(gzip_max);
  expect(output[0].code).not.toMatch(/\beval\(|new Function|setAttribute\(["'`]style|innerHTML/);
});
