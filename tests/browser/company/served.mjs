// One page: the widget is used on it, what the page does happens, and each time staff see what is painted.
import assert from "node:assert/strict";
import { until } from "../display/ground.mjs";
import { alike } from "../display/same.mjs";

/** A page with less than this was not there. */
const elements_min = 8;
/** So often Tab is pressed to come from anywhere to the widget. */
const tabs_max = 60;

export async function served({ journal: { step, note }, stage, dana, visitor }, page, goes) {
  const judged = async (what, judge) => {
    if (judge === false) return note(`${what}: the mirror is not judged`);
    const { words, took_ms } = await alike(dana.page, `${page.title}: ${what}`, () => visitor.painted(), () => dana.painted(), elements_min);
    note(`Dana sees ${what}: ${words}  (${Math.round(took_ms)} ms)`);
  };

  await step("The page comes, and Dana sees it", async () => {
    if (goes) await visitor.customer.goto(`/${page.name}`);
    await visitor.bar.waitFor();
    if (page.ready) await page.ready(visitor.page);
    await judged("the page", page.judged);
    await stage.sideBySide(page.name, [["The visitor's page", visitor.page], ["Dana's desk", dana.page]]);
  });
  await step("The visitor writes with the keyboard, and Dana answers", () => talked(visitor, dana, page));
  for (const { what, does, judged: judge, stands = true } of page.acts ?? []) {
    await step(what, async () => {
      await does({ page: visitor.page, visitor, dana, until, note });
      if (stands) await here(visitor, what);
      await judged(what, judge ?? page.judged);
      if (stands) await talked(visitor, dana, { ...page, title: what });
    });
  }
  const { sent, missing } = await visitor.page.evaluate(() => window.watchedFrames);
  assert.equal(missing, 0, `${missing} of ${sent} frames left the page while nobody could see that it is shared`);
  note(`${sent} frames left the page, each while the bar was there`);
}

/** What is ours is there and lies above everything. */
export async function here(visitor, what) {
  for (const button of [visitor.customer.widget.locator(".launcher"), visitor.bar.getByRole("button", { name: "Stop sharing" })]) {
    await button.waitFor();
    const hit = await button.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const there = element.getRootNode().elementFromPoint(x + width / 2, y + height / 2);
      return element.contains(there) && width >= 24 && height >= 24 && x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight;
    });
    assert.ok(hit, `${what}: “${await button.innerText()}” cannot be pressed where it is shown`);
  }
}

let said = 0;

async function talked(visitor, dana, { title, byPointer = false }) {
  said += 1;
  const { page, customer } = visitor;
  await here(visitor, title);
  if (byPointer) await customer.widget.locator(".launcher").click();
  else await byTab(page, "launcher");
  await customer.panel.waitFor();
  const field = customer.panel.getByRole("textbox", { name: "Your message" });
  await field.waitFor();
  if (byPointer) await field.click();
  else await byTab(page, "text", false);
  await page.keyboard.type(`Letter ${said}, with "quotes" & spaces`);
  await page.keyboard.press("Enter");
  await dana.desk.hears(`Letter ${said},`);
  await dana.desk.say(`Read number ${said}`);
  await customer.hears(`Read number ${said}`);
  await page.keyboard.press("Escape");
  await customer.panel.waitFor({ state: "detached" });
}

/** Presses Tab until the focus is on what is called so in the widget. */
async function byTab(page, called, enter = true) {
  const isThere = () =>
    page.evaluate((name) => {
      const inside = document.querySelector("lockstep-widget")?.shadowRoot?.activeElement;
      return inside?.classList.contains(name) === true || inside?.getAttribute("name") === name;
    }, called);
  for (let n = 0; n < tabs_max && !(await isThere()); n++) await page.keyboard.press("Tab");
  assert.ok(await isThere(), `Tab does not lead to the widget's ${called}`);
  if (enter) await page.keyboard.press("Enter");
}
