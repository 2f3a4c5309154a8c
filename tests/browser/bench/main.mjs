// What the synchronised display costs: time from change to paint, snapshots, bundles, late joiners.
//
//   LOCKSTEP_BIN=target/release/lockstep BENCH_DIR=target/bench-display node tests/browser/bench/main.mjs [--quick] [--json] [PART…]
//
// With BENCH_SERVICES and BENCH_CERTIFICATES it runs on Kafka and PostgreSQL, every role a process of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { clusterOf } from "../cluster.mjs";
import { serverOf } from "../server.mjs";
import { stageIn } from "../stage.mjs";
import { bundles } from "./bundles.mjs";
import { figuresTo } from "./figures.mjs";
import { lateJoin } from "./late-join.mjs";
import { latency } from "./latency.mjs";
import { longest } from "./longest.mjs";
import { displayOf, relayOf } from "./scene.mjs";
import { snapshot } from "./snapshot.mjs";

const { values: asked, positionals } = parseArgs({ options: { quick: { type: "boolean" }, json: { type: "boolean" } }, allowPositionals: true });
const wanted = (part) => positionals.length === 0 || positionals.includes(part);
const changes = asked.quick ? 20 : 200;
const root = resolve(import.meta.dirname, "../../..");
const binary = process.env.LOCKSTEP_BIN ?? join(root, "target/release/lockstep");
const { BENCH_SERVICES: services, BENCH_CERTIFICATES: certificates } = process.env;
const figures = figuresTo(asked.json, services ? "kafka_" : "");

const dataDir = join(await mkdtemp(join(tmpdir(), "lockstep-bench-")), "data");
const stage = await stageIn(process.env.BENCH_DIR ?? join(root, "target/bench-display"));
const server = services ? await clusterOf(binary, dataDir, services, certificates) : await serverOf(binary, dataDir);
const relay = await relayOf(stage, server);

async function measure() {
  // Of the browser alone: the same whatever runs behind it.
  if (!services && wanted("bundles")) await bundles(figures, join(root, "web/dist"));
  if (!services && wanted("snapshot")) await snapshot(figures, (await stage.person("Whoever is recorded")).page, relay.site);
  if (!services && wanted("longest")) await longest(figures, (await stage.person("Whoever has a large page")).page, relay.site);
  if (!wanted("latency") && !wanted("late-join")) return;
  const display = await displayOf(stage, server);
  if (wanted("latency")) await latency(figures, display, await relay.open(), changes);
  if (wanted("late-join")) await lateJoin(figures, display);
}

await measure()
  .catch(async (cause) => {
    console.error("\nThe benchmark broke:\n", cause);
    for (const complaint of [...stage.complaints, ...server.complaints]) console.error(complaint);
    await stage.lastLook();
    process.exitCode = 1;
  })
  .finally(async () => {
    relay.close();
    await server.kill();
    await stage.close();
    await rm(dataDir, { recursive: true, force: true });
  });
