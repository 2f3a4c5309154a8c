import { gzipSync } from "node:zlib";
import { build, type Rollup } from "vite";
import { expect, test, vi } from "vitest";

const gzip_max = 40 * 1024;

test("the recorder is one module of at most 40 kB gzip", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const built = await build({ configFile: "recorder/vite.config.ts", logLevel: "silent", build: { write: false } });
  const { output } = built as Rollup.RollupOutput;
  expect(output.map(({ fileName }) => fileName)).toEqual(["recorder.js"]);
  expect(gzipSync(output[0].code, { level: 9 }).length).toBeLessThanOrEqual(gzip_max);
}, 60_000);
