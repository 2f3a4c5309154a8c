// How long somebody waits who comes late: from beginning to follow the display until the whole page is painted.
import { median } from "./figures.mjs";
import { clockAhead, growBy, grows, lateComer, noted } from "./inside.mjs";

const joins = 5;
const patience_ms = 30_000;
/** Lines added to a page of the company; five nodes each. */
const sizes = { small: 1, medium: 400, large: 2_000 };

/** The customer opens pages of several sizes; for each the agent's desk is loaded anew, again and again. */
export async function lateJoin({ says, figure }, { ada, dana }) {
  says(`late_join: from beginning the subscription until the first animation frame with the page's last line in the mirror, median of ${joins}; bytes of the page's first frame as sent`);
  const { page } = dana;
  await ada.context.addInitScript(grows);
  await dana.context.addInitScript(lateComer);
  const ahead = await page.evaluate(clockAhead);
  const painted = async () => {
    const mirror = await dana.frame();
    const last = await mirror.waitForFunction(() => window.benchLast, null, { timeout: patience_ms });
    return (await last.jsonValue()) + (await mirror.evaluate(clockAhead));
  };
  for (const [name, lines] of Object.entries(sizes)) {
    await ada.page.evaluate(growBy, lines);
    await ada.customer.goto("/broadband");
    await dana.shown(`#bench-last-${lines}`).waitFor({ state: "attached", timeout: patience_ms });
    figure(`late_join_${name}_bytes`, (await ada.page.evaluate(noted)).bytes[0], "B");
    const took = [];
    for (let n = 0; n < joins; n += 1) {
      await page.reload();
      const until = await painted();
      took.push(until - ((await page.evaluate(noted)).subscribed[0] + ahead));
    }
    figure(`late_join_${name}`, median(took), "ms");
  }
}
