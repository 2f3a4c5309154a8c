// What a full snapshot costs the customer's main thread, beside what rrweb alone takes for it.
import { median } from "./figures.mjs";

const snapshots = 5;
const nodes = 10_000;
const pages = { home: "/", tariffs: "/tariffs", help: "/help/slow-broadband", [`${nodes}_nodes`]: `/bench/nodes?count=${nodes}` };

/** `site` is the relay's, which has the company's pages and both recorders. */
export async function snapshot({ says, figure }, page, site) {
  says(`snapshot: all tasks of the customer's main thread while the recorder makes a full snapshot, masks it and hands over the compressed frame, median of ${snapshots}; bytes as they are sent`);
  says("snapshot_rrweb: the same of @rrweb/record alone, as JSON");
  const inspector = await page.context().newCDPSession(page);
  await inspector.send("Performance.enable");
  const busy_ms = async () => {
    const { metrics } = await inspector.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  for (const [name, path] of Object.entries(pages)) {
    for (const [what, recorder] of [["snapshot", ours], ["snapshot_rrweb", stock]]) {
      await page.goto(site + path, { waitUntil: "load" });
      await page.evaluate(recorder);
      const costs = [];
      let bytes = 0;
      for (let n = 0; n < snapshots; n += 1) {
        const before = await busy_ms();
        bytes = await page.evaluate(() => window.benchSnapshot());
        costs.push((await busy_ms()) - before);
      }
      figure(`${what}_${name}`, median(costs), "ms");
      if (recorder === ours) figure(`${what}_${name}_bytes`, bytes, "B");
    }
  }
}

/** Runs inside the page; resolves when the first snapshot is there. */
async function ours() {
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

/** The same, of rrweb's own recorder. */
async function stock() {
  const { record } = await import("/bench/record.js");
  let length = 0;
  record({ emit: (event) => (length = JSON.stringify(event).length) });
  window.benchSnapshot = () =>
    new Promise((done) =>
      setTimeout(() => {
        record.takeFullSnapshot(true);
        done(length);
      }),
    );
}
