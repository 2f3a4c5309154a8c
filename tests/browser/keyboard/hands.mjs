// Somebody who has a keyboard and nothing else: after every key, the focus is somewhere, is seen, and has its ring.
import assert from "node:assert/strict";
import { deepFocus, hasDeepFocus, hasFocus, lookAtFocus, tellOfPointers } from "./focus.mjs";

/** So many stops has no page. */
const stops_max = 150;
/** What draws itself anew, or is busy, has the focus again within this time. */
const patience_ms = 2_000;

export class Keyboard {
  /** `pointed` gets every event of a pointing device, `faults` what is wrong with the focus: there are to be none. */
  static async of(who, { page, context }, pointed, faults) {
    await context.exposeFunction("toldOfPointer", (what) => pointed.push(`${who}: ${what}`));
    await context.addInitScript(tellOfPointers);
    return new Keyboard(who, page, faults);
  }

  constructor(who, page, faults) {
    this.who = who;
    this.faults = faults;
    this.use(page);
    this.keys = 0;
  }

  /** Goes on in this tab. */
  use(page) {
    this.page = page;
    /** A page that has just come has its focus nowhere. */
    this.fresh = true;
    page.on("framenavigated", (frame) => {
      if (frame === page.mainFrame()) this.fresh = true;
    });
  }

  /** Presses a key, and looks where the focus is. */
  async press(key) {
    await this.page.keyboard.press(key);
    this.keys += 1;
    return this.look(key);
  }

  async look(key, until = performance.now() + patience_ms) {
    // A page that is on its way has no focus to look at.
    const found = await this.#found().catch(() => ({ lost: true, going: true }));
    const again = async () => {
      await this.page.evaluate(() => new Promise((next) => requestAnimationFrame(() => next()))).catch(() => undefined);
      return this.look(key, until);
    };
    if (found.lost) {
      // Beyond the last stop is the browser's own.
      const outside = /Tab$/.test(key) && !this.outside;
      if (!found.going && !this.fresh && !outside) {
        const what = `the focus is lost, it was at ${this.last}`;
        if (performance.now() < until && !this.#told(what)) return again();
        this.#fault(key, what);
      }
      this.outside = outside;
      return found;
    }
    this.fresh = false;
    this.outside = false;
    if ((!found.seen || (!found.ringed && !found.place)) && performance.now() < until) return again();
    if (!found.seen) this.#fault(key, `${found.name} has the focus, and something lies over it or it is out of sight`);
    if (!found.ringed && !found.place) this.#fault(key, `${found.name} has the focus, and no ring`);
    if (found.unchanged !== undefined) this.#fault(key, `${found.unchanged} looks without the focus as with it`);
    this.last = found.name;
    return found;
  }

  /** Also in the frames of other origins. */
  async #found() {
    const outer = await this.page.evaluate(lookAtFocus);
    if (!outer.frame) return outer;
    const frame = await (await this.page.evaluateHandle(deepFocus)).asElement()?.contentFrame();
    const inner = await frame?.evaluate(lookAtFocus);
    return inner === undefined || inner.lost ? outer : { ...inner, name: `${outer.name} ${inner.name}` };
  }

  #told(what) {
    return this.faults.some((fault) => fault.endsWith(`: ${what}`));
  }

  #fault(key, what) {
    if (this.#told(what)) return;
    const fault = `${this.who}, after ${key}: ${what}`;
    this.faults.push(fault);
    console.error(`    ${fault}`);
  }

  /** Goes with Tab until the focus is there. */
  async to(target, { back = false } = {}) {
    await target.first().waitFor();
    const there = () => target.first().evaluate(hasFocus);
    const stops = [];
    for (let n = 0; n < stops_max; n += 1) {
      if (await there()) return;
      const { name } = await this.press(back ? "Shift+Tab" : "Tab");
      stops.push(name ?? "–");
    }
    assert.fail(`${this.who} never comes to ${target} with ${back ? "Shift+Tab" : "Tab"}: ${[...new Set(stops)].join(", ")}`);
  }

  /** Goes there and presses Enter, or another key. */
  async push(target, { key = "Enter", back = false } = {}) {
    await this.to(target, { back });
    return this.press(key);
  }

  async write(text) {
    for (const letter of text) {
      await this.page.keyboard.type(letter);
      this.keys += 1;
      await this.look(letter);
    }
  }

  /** Goes to a field, empties it and writes in it. */
  async type(field, text, options) {
    await this.to(field, options);
    await this.press("ControlOrMeta+a");
    await this.press("Delete");
    await this.write(text);
    assert.equal(await field.inputValue(), text, `${this.who} cannot write there`);
  }

  /** Goes once round the page: comes to every stop once, is held by none, and is back where it began. */
  async round(what) {
    const first = await this.press("Tab");
    const begin = await this.page.evaluateHandle(deepFocus);
    const names = [first.name];
    for (let n = 0; n < stops_max; n += 1) {
      const { name = "beyond the page" } = await this.press("Tab");
      if (await this.page.evaluate(hasDeepFocus, begin)) return names;
      names.push(name);
    }
    return assert.fail(`${this.who} goes round ${what} and never comes back: ${names.slice(-30).join(", ")}`);
  }
}
