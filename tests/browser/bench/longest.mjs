// The longest task on the customer's main thread when a large page is recorded, and when it grows: beside rrweb alone.
import { median } from "./figures.mjs";

const sizes = [1_000, 10_000, 100_000];
const times = 3;
/** So long nothing may happen before it is over. */
const quiet_ms = 400;

/** `site` is the relay's, which has pages of any size and both recorders. */
export async function longest({ says, figure }, page, site) {
  says(`longest_task: the longest task while the recorder takes its first picture of a page of so many nodes (masked, compressed, handed over), median of ${times}; _added: while so many nodes are added at once`);
  says("longest_task_rrweb: the same of @rrweb/record alone, whose events go nowhere");
  for (const nodes of sizes) {
    for (const [what, recorder] of [["longest_task", ours], ["longest_task_rrweb", stock]]) {
      const [first, added] = [[], []];
      for (let n = 0; n < times; n += 1) {
        await page.goto(`${site}/bench/nodes?count=${nodes}`, { waitUntil: "load" });
        await page.evaluate(recorder);
        const took = await page.evaluate(measured, { nodes, quiet_ms });
        first.push(took.first);
        added.push(took.added);
      }
      figure(`${what}_${nodes}_nodes`, median(first), "ms");
      figure(`${what}_${nodes}_added`, median(added), "ms");
    }
  }
}

/** Runs inside the page. */
async function ours() {
  const { startRecorder } = await import("/bench/recorder.js");
  window.benchRecord = (sent) =>
    startRecorder({ settings: { profile: "public-site", share: null, hide: null }, send: ({ bytes }) => sent(bytes.length), onProblem: ({ message }) => sent(message) });
}
async function stock() {
  const { record } = await import("/bench/record.js");
  window.benchRecord = (sent) => record({ emit: () => sent(0), slimDOMOptions: { comment: true } });
}

/** Each part is a task of its own; what the page itself does to add nodes is no part of it. */
async function measured({ nodes, quiet_ms }) {
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: "longtask" });
  let last = performance.now();
  let begun = false;
  const heard = () => {
    last = performance.now();
    begun = true;
  };
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const longestOf = async (work) => {
    await pause(quiet_ms);
    tasks.length = 0;
    begun = false;
    setTimeout(work);
    // What is done in slices may take a while until the first of it is handed over.
    do await pause(quiet_ms);
    while (!begun || performance.now() - last < quiet_ms || tasks.some(({ startTime, duration }) => performance.now() - startTime - duration < quiet_ms));
    return Math.max(0, ...tasks.map(({ duration }) => duration));
  };
  const row = (n) => `<div class="row"><span>Line ${n}</span><b>${n} units</b></div>`;
  const html = Array.from({ length: nodes / 5 }, (_, n) => row(n)).join("");
  const grown = document.createElement("main");
  const made = document.createElement("template");
  made.innerHTML = html;
  grown.append(made.content);
  const first = await longestOf(() => window.benchRecord(heard));
  const added = await longestOf(() => document.body.append(grown));
  return { first, added };
}
