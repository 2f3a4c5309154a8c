// What a full snapshot costs the customer's main thread: masked, as JSON; compressing happens elsewhere.
import { median } from "./figures.mjs";

const snapshots = 5;
const nodes = 10_000;

/** `site` is the relay's, which has the company's pages and the recorder. */
export async function snapshot({ says, figure }, page, site) {
  says(`snapshot: every task of the customer's main thread while the recorder makes a full snapshot, median of ${snapshots}; bytes as they are sent`);
  const pages = [
    ["home", "/"],
    ["tariffs", "/tariffs"],
    ["help", "/help/slow-broadband"],
    [`${nodes}_nodes`, `/bench/nodes?count=${nodes}`],
  ];
  const inspector = await page.context().newCDPSession(page);
  await inspector.send("Performance.enable");
  const busy_ms = async () => {
    const { metrics } = await inspector.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  for (const [name, path] of pages) {
    await page.goto(site + path, { waitUntil: "load" });
    await page.evaluate(record);
    const costs = [];
    let bytes = 0;
    for (let n = 0; n < snapshots; n += 1) {
      const before = await busy_ms();
      bytes = await page.evaluate(() => window.benchSnapshot());
      costs.push((await busy_ms()) - before);
    }
    figure(`snapshot_${name}`, median(costs), "ms");
    figure(`snapshot_${name}_bytes`, bytes, "B");
  }
}

/** Runs inside the page; resolves when the first snapshot is there. */
async function record() {
  const { startRecorder } = await import("/bench/recorder.js");
  let done;
  let failed;
  const next = () =>
    new Promise((resolve, reject) => {
      done = resolve;
      failed = reject;
    });
  const first = next();
  const recorder = startRecorder({
    settings: { profile: "public-site", share: null, hide: "[data-account]" },
    send: ({ full, bytes }) => full && done(bytes.length),
    onProblem: ({ message }) => failed(new Error(message)),
  });
  window.benchSnapshot = () => {
    const snapshot = next();
    recorder.snapshot();
    return snapshot;
  };
  await first;
}
