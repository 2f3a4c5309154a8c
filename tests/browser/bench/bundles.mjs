// What a browser loads, as the server's build has it.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const kib = 1024;
const level = 9;

export async function bundles({ figure }, dist) {
  const sizeOf = async (...path) => gzipSync(await readFile(join(dist, ...path)), { level }).length / kib;
  figure("bundle_widget_gzip", await sizeOf("edge/widget.js"), "KiB", 15);
  figure("bundle_recorder_gzip", await sizeOf("edge/recorder.js"), "KiB", 30);
  figure("bundle_display_gzip", await sizeOf("edge/display.js"), "KiB");
  const page = await readFile(join(dist, "mirror/index.html"), "utf8");
  const names = (await readdir(join(dist, "mirror/assets"))).filter((name) => page.includes(name));
  const parts = await Promise.all([sizeOf("mirror/index.html"), ...names.map((name) => sizeOf("mirror/assets", name))]);
  figure("bundle_mirror_gzip", parts.reduce((sum, size) => sum + size, 0), "KiB");
}
