// Too much at once: a page of 50 MB, a thousand changes a second, and a page that changes while its picture is taken.
import assert from "node:assert/strict";
import { frameOf, ingestAt } from "../frames.mjs";
import { small, until } from "../ground.mjs";
import { alike } from "../same.mjs";
import { widgetTag } from "../site.mjs";

const flood_ms = small ? 2_000 : 10_000;
const changes_per_second = 1_000;
/** How late the desk may be while it is flooded. */
const lag_ms_max = 1_000;
/** The longest that either screen may stand still. */
const freeze_ms_max = 700;

export async function floods({ journal: { step, note }, stage, server, company, dana, mallory }) {
  const tag = widgetTag(server.edge, { "data-profile": "public-site", "data-title": "Ask us" });
  const page = (body) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Flood</title></head><body>${body}${tag}</body></html>`;

  await step("A page of 50 MB is not taken: customer and agent are told in a sentence", async () => {
    company.pages["/huge"] = page(`<main><h1>Huge</h1><div id="heap"></div></main><script>
      const heap = document.querySelector("#heap");
      const line = "The quick brown fox jumps over the lazy dog, again and again. ".repeat(1600);
      for (let n = 0; n < 520; n++) heap.append(Object.assign(document.createElement("p"), { textContent: n + line, hidden: true }));
    </script>`);
    await mallory.customer.goto("/huge");
    // A page of that size takes its time, more so where others are at work.
    await mallory.display.getByText(/too large/).first().waitFor({ timeout: 60_000 });
    // Said once to each: by the bar, once all know it.
    await mallory.bar.getByText(/too large/).waitFor();
    note(`the customer reads: ${(await mallory.display.getByText(/too large/).innerText()).trim()}`);
    const told = dana.page.getByText(/too large/);
    await told.waitFor();
    note(`the agent reads: ${(await told.innerText()).trim()}`);
    await stage.sideBySide("huge", [["The customer", mallory.page], ["Dana", dana.page]]);
  });
  await step("Nor is a frame of 3 MB, or of 50, from whoever leaves the limits out", async () => {
    await mallory.customer.goto("/plain");
    const { token } = await mallory.visit();
    const socket = await ingestAt(server.edge, company.origin, { token, display: mallory.sent.display, pageLoad: Date.now() });
    await socket.ready();
    socket.send(frameOf({ seq: 1, full: true, body: Buffer.alloc(3_000_000, 1) }));
    const { refused } = await socket.refusal();
    assert.equal(refused.code, "BAD_INPUT");
    note(`of 3 MB the edge says: ${refused.code}, “${refused.message}”`);
    socket.send(frameOf({ seq: 1, full: true, body: Buffer.alloc(50_000_000, 1) }));
    await socket.isClosed();
    note(`at 50 MB it closes the connection unread (${socket.closed.code})`);
    await dana.shown("h1").filter({ hasText: "A plain page" }).waitFor();
  });
  await step(`${changes_per_second} changes a second for ${flood_ms / 1000} s: nothing freezes, the desk keeps up`, async () => {
    company.pages["/flood"] = page(`<main><h1>Flood</h1><output id="clock">0</output><ul id="list"></ul></main><script>
      window.flood = (milliseconds, rate) => new Promise((done) => {
        const clock = document.querySelector("#clock"), list = document.querySelector("#list");
        const from = performance.now();
        let made = 0;
        for (let n = 0; n < 200; n++) list.append(document.createElement("li"));
        const go = () => {
          const due = Math.min(milliseconds, performance.now() - from) * rate / 1000;
          for (; made < due; made++) {
            const item = list.children[made % 200];
            if (made % 3 === 0) item.textContent = "change " + made;
            else if (made % 3 === 1) item.setAttribute("title", "change " + made);
            else { list.append(list.firstChild); }
          }
          clock.textContent = String(Date.now());
          if (performance.now() - from < milliseconds) setTimeout(go, 4); else done(made);
        };
        go();
      });
    </script>`);
    await mallory.customer.goto("/flood");
    await dana.shown("h1").filter({ hasText: "Flood" }).waitFor();
    const frame = await dana.frame();
    const [here, there, made] = await Promise.all([
      mallory.page.evaluate(longestStill, flood_ms),
      frame.evaluate(lagOf, flood_ms),
      mallory.page.evaluate(([milliseconds, rate]) => window.flood(milliseconds, rate), [flood_ms, changes_per_second]),
    ]);
    note(`${made} changes; the customer's page stood still for ${Math.round(here)} ms at most, the mirror for ${Math.round(there.still)} ms`);
    note(`the desk was ${Math.round(there.median)} ms behind in the middle, ${Math.round(there.most)} ms at most, over ${there.looks} looks`);
    assert.ok(made >= (changes_per_second * flood_ms) / 1000 - 10, `only ${made} changes were made`);
    assert.ok(here <= freeze_ms_max && there.still <= freeze_ms_max, "a screen froze");
    assert.ok(there.most <= lag_ms_max, `the desk was ${Math.round(there.most)} ms behind`);
    const { words } = await alike(dana.page, "the page after the flood", () => mallory.painted(), () => dana.painted());
    note(`afterwards both sides are the same: ${words}`);
  });
  await step("A page that changes while its picture is taken: both sides agree when it rests", async () => {
    company.pages["/restless"] = page(`<main><h1>Restless</h1><div id="place"></div></main><script>
      const place = document.querySelector("#place");
      let n = 0, going = true;
      const turn = () => {
        for (let k = 0; k < 10; k++) {
          const item = document.createElement(n % 2 ? "p" : "section");
          item.innerHTML = "<b>item " + n + "</b> <i>part " + (n * 7 % 13) + "</i>";
          place.insertBefore(item, place.children[n * 31 % (place.children.length || 1)] ?? null);
          if (place.children.length > 120) place.children[n * 17 % 120].remove();
          if (n % 5 === 0 && place.children.length > 3) place.append(place.children[1]);
          n++;
        }
        if (going) setTimeout(turn, 8);
      };
      turn();
      window.rest = () => { going = false; return n; };
    </script>`);
    for (let time = 0; time < 3; time++) {
      await mallory.customer.goto("/restless");
      await mallory.bar.waitFor();
      await dana.shown("h1").filter({ hasText: "Restless" }).waitFor();
      await until(dana.page, "some changes to arrive", async () => (await dana.shown("#place > *").count()) > 100);
      const made = await mallory.page.evaluate(() => window.rest());
      const { took_ms, words } = await alike(dana.page, "the restless page at rest", () => mallory.painted(), () => dana.painted());
      note(`after ${made} items: ${words}, the same ${Math.round(took_ms)} ms later`);
    }
  });
}

/** The longest time between two animation frames; evaluated in a page. */
function longestStill(milliseconds) {
  return new Promise((done) => {
    const from = performance.now();
    let before = from;
    let most = 0;
    const look = (now) => {
      most = Math.max(most, now - before);
      before = now;
      if (now - from < milliseconds) requestAnimationFrame(look);
      else done(most);
    };
    requestAnimationFrame(look);
  });
}

/** How far the clock that the page shows is behind; evaluated in the mirror. */
function lagOf(milliseconds) {
  return new Promise((done) => {
    const from = performance.now();
    let before = from;
    let still = 0;
    const lags = [];
    const look = (now) => {
      still = Math.max(still, now - before);
      before = now;
      const shown = Number(document.querySelector("#stage iframe").contentDocument.querySelector("#clock")?.textContent);
      if (shown > 0 && now - from < milliseconds) lags.push(Date.now() - shown);
      if (now - from < milliseconds) return requestAnimationFrame(look);
      lags.sort((a, b) => a - b);
      done({ still, looks: lags.length, median: lags[Math.floor(lags.length / 2)] ?? Infinity, most: lags.at(-1) ?? Infinity });
    };
    requestAnimationFrame(look);
  });
}
