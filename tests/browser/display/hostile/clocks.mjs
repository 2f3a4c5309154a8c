// Customers whose clocks are wrong, and events from before the picture: what changes is shown without added lag.
import assert from "node:assert/strict";
import { frameOf, ingestAt, snapshotOf, element, text } from "../frames.mjs";
import { small, until } from "../ground.mjs";
import { widgetTag } from "../site.mjs";

const changes = small ? 20 : 60;
/** What another clock may cost in the middle. */
const added_ms_max = 25;

/** Before any script of the page: what it takes for the time. */
function wrongClock() {
  const skew = Number(localStorage.getItem("skew") ?? "0");
  const now = Date.now.bind(Date);
  window.rightNow = now;
  if (skew === 0) return;
  const Right = Date;
  window.Date = class extends Right {
    constructor(...given) {
      if (given.length === 0) super(now() + skew);
      else super(...given);
    }
    static now() {
      return now() + skew;
    }
  };
  const origin = performance.timeOrigin + skew;
  Object.defineProperty(Performance.prototype, "timeOrigin", { get: () => origin });
}

export async function clocks({ journal: { step, note }, server, company, dana, mallory }) {
  company.pages["/clock"] = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Clock</title></head>
    <body><main><h1>Clock</h1><p id="number">0</p></main>${widgetTag(server.edge, { "data-profile": "public-site", "data-title": "Ask us" })}</body></html>`;
  await mallory.context.addInitScript(wrongClock);
  const medians = [];
  for (const skew of [0, 3_000, -3_000]) {
    const clock = skew === 0 ? "right" : `3 s ${skew > 0 ? "fast" : "slow"}`;
    await step(`The customer's clock is ${clock}: every change is seen, as soon as ever`, async () => {
      await mallory.page.evaluate((wrong) => localStorage.setItem("skew", String(wrong)), skew);
      await mallory.customer.goto("/clock");
      await dana.shown("h1").filter({ hasText: "Clock" }).waitFor();
      const frame = await dana.frame();
      const seen = frame.evaluate(lookFor, changes);
      await mallory.page.evaluate(change, changes);
      const lags = await seen;
      const sorted = [...lags].sort((one, other) => one - other);
      medians.push(sorted[Math.floor(sorted.length / 2)]);
      note(`${lags.length} of ${changes} changes seen; from change to screen ${Math.round(medians.at(-1))} ms in the middle, ${Math.round(sorted.at(-1))} ms at most`);
      assert.equal(lags.length, changes);
      assert.ok(medians.at(-1) <= medians[0] + added_ms_max, `a clock that is ${clock} adds ${Math.round(medians.at(-1) - medians[0])} ms`);
    });
  }
  await mallory.page.evaluate(() => localStorage.removeItem("skew"));
  await step("A change from long before the picture is shown all the same, and what comes after it too", async () => {
    const { token } = await mallory.visit();
    const pageLoad = Date.now();
    const socket = await ingestAt(server.edge, company.origin, { token, display: mallory.sent.display, pageLoad });
    await socket.ready();
    const at = Date.now();
    const changed = (value, timestamp) => [{ type: 3, timestamp, data: { source: 0, adds: [], removes: [], attributes: [], texts: [{ id: 6, value }] } }];
    const send = (seq, events, full = false) => socket.send(frameOf({ seq, full, at, events }));
    send(1, snapshotOf(`${company.origin}/stale`, [element(5, "main", {}, [text(6, "the picture")])], at), true);
    await dana.shown("main").filter({ hasText: "the picture" }).waitFor();
    for (const [seq, value, timestamp] of [[2, "a stale change", at - 60_000], [3, "and a fresh one", at + 20], [4, "a change from tomorrow", at + 86_400_000], [5, "and today's", at + 40]]) {
      const from = Date.now();
      send(seq, changed(value, timestamp));
      await until(dana.page, `“${value}” on the desk`, async () => (await dana.shown("main").innerText()).includes(value));
      note(`“${value}”: on the desk after ${Date.now() - from} ms`);
    }
    socket.close();
    await mallory.customer.goto("/plain");
    await dana.shown("h1").filter({ hasText: "A plain page" }).waitFor();
  });
}

/** Changes a number again and again, each time after the one before was painted; evaluated in the page. */
async function change(times) {
  const number = document.querySelector("#number");
  for (let n = 1; n <= times; n++) {
    number.textContent = `${n} ${window.rightNow()}`;
    await new Promise((next) => requestAnimationFrame(() => setTimeout(next, 60)));
  }
}

/** How late each was; evaluated in the mirror. */
function lookFor(times) {
  return new Promise((done) => {
    const lags = new Map();
    const late = setTimeout(() => done([...lags.values()]), times * 250);
    const look = () => {
      const [n, at] = (document.querySelector("#stage iframe").contentDocument.querySelector("#number")?.textContent ?? "").split(" ").map(Number);
      if (n > 0 && !lags.has(n)) lags.set(n, Date.now() - at);
      if (lags.size < times) return requestAnimationFrame(look);
      clearTimeout(late);
      done([...lags.values()]);
    };
    look();
  });
}
