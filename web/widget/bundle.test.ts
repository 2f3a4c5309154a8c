import { gzipSync } from "node:zlib";
import { build, type Rollup } from "vite";
import { expect, test, vi } from "vitest";

const gzip_max = 15 * 1024;

test("the widget is one script of at most 15 kB gzip that runs under a strict content policy", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const built = await build({ configFile: "widget/vite.config.ts", logLevel: "silent", build: { write: false } });
  const [{ output }] = built as Rollup.RollupOutput[] as [Rollup.RollupOutput];
  expect(output.map(({ fileName }) => fileName)).toEqual(["widget.js"]);
  const [{ code }] = output;
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(gzip_max);
  expect(code).not.toMatch(/\beval\(|new Function|\.style\b|setAttribute\(["'`]style|innerHTML/);
});
