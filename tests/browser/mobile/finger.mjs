// Somebody with a phone: taps, and writes on the keyboard that comes up over the lower part of the screen.
import assert from "node:assert/strict";
import { phone } from "../stage.mjs";
import { lookAtControls } from "./controls.mjs";

const least_px = 24;
/** Of a phone whose screen has a notch above and a bar below. */
const safe = { top: 47, bottom: 34 };
/** What a phone's own keyboard leaves. */
const above_the_keyboard = { width: phone.width, height: 500 };

export class Finger {
  constructor(who, page, { stage, note, faults }) {
    this.who = who;
    this.page = page;
    this.stage = stage;
    this.note = note;
    this.faults = faults;
  }

  /** Everything that is shown can be pressed. */
  async sees(what) {
    await this.#notched();
    // The phone's keyboard covers the bar below.
    const { looked, wrong } = await this.page.evaluate(lookAtControls, { least_px, safe: { ...safe, bottom: this.keyboard ? 0 : safe.bottom } });
    this.note(`${what}: ${looked} controls`);
    for (const one of wrong) {
      this.faults.push(`${what}: ${one}`);
      console.error(`    ${what}: ${one}`);
    }
    await this.stage.glance(what.replace(/\W+/g, "-"), this.page);
  }

  async #notched() {
    if (this.session !== undefined) return;
    this.session = await this.page.context().newCDPSession(this.page);
    await this.session.send("Emulation.setSafeAreaInsetsOverride", { insets: safe });
  }

  tap(target) {
    return target.tap();
  }

  /** With the keyboard up the field is seen, and so is what sends it; that of a longer form one scrolls to. */
  async writes(field, text, send, { scrolls = false } = {}) {
    await field.tap();
    await this.page.setViewportSize(above_the_keyboard);
    this.keyboard = true;
    await this.page.keyboard.type(text);
    assert.equal(await field.inputValue(), text, `${this.who} cannot write there`);
    for (const [what, one] of [["the field", field], ...(scrolls ? [] : [["what sends it", send]])]) {
      const box = await one.boundingBox();
      const shown = box !== null && box.y >= 0 && box.y + box.height <= above_the_keyboard.height + 1;
      if (!shown) this.faults.push(`${text}: ${what} is not seen above the phone's keyboard: ${JSON.stringify(box)}`);
    }
    await this.sees(`the keyboard is up for “${text}”`);
    await send.tap();
    await this.page.setViewportSize(phone);
    this.keyboard = false;
  }
}
