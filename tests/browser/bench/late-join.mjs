// How long somebody waits who comes late: from beginning to follow the display until the whole page is painted.
import { median } from "./figures.mjs";
import { clockAhead, noted } from "./inside.mjs";

const joins = 5;
const patience_ms = 30_000;
const last = '#bench-last';
/** Lines added to a page of the company; five nodes each. */
const pages = { small: 1, medium: 400, large: 2_000 };

/** The customer opens pages of several sizes; for each the agent's desk is loaded anew, again and again. */
export async function lateJoin({ says, figure }, { ada: { page: customer }, dana }) {
  const { page: desk } = dana;
  says(`late_join: from beginning the subscription until the page's last element is painted in the mirror, median of ${joins}; bytes of the page's first frame as sent`);
  for (const [name, lines] of Object.entries(pages)) {
    const open = "**/broadband";
    await customer.route(open, async (route) => {
      const reply = await route.fetch();
      await route.fulfill({ response: reply, body: (await reply.text()).replace("</main>", `${added(lines)}</main>`) });
    });
    await customer.goto(new URL("/broadband", customer.url()).href);
    await customer.unroute(open);
    await (await dana.frame()).waitForFunction(shows, last, { timeout: patience_ms });
    figure(`late_join_${name}_bytes`, (await customer.evaluate(noted)).bytes[0], "B");
    const took = [];
    for (let n = 0; n < joins; n += 1) {
      await desk.reload();
      const mirror = await dana.frame();
      const painted = await (await mirror.waitForFunction(() => window.benchNotes?.last, null, { timeout: patience_ms })).jsonValue();
      const { subscribed } = await desk.evaluate(noted);
      took.push(painted + (await mirror.evaluate(clockAhead)) - (subscribed[0] + (await desk.evaluate(clockAhead))));
    }
    figure(`late_join_${name}`, median(took), "ms");
  }
}

const shows = (what) => document.querySelector("#stage iframe")?.contentDocument?.querySelector(what) != null;

function added(lines) {
  const line = (n) => `<p class="line"><span>Line ${n}</span> <b>${(n * 7919) % 1000} units</b></p>`;
  return `<section>${Array.from({ length: lines }, (_, n) => line(n)).join("")}<p id="bench-last">The last line</p></section>`;
}
