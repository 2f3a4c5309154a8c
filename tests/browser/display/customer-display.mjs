// A customer who shows the page: what is agreed to, pressed and seen at the company's site.
import { painted } from "./painted.mjs";
import { say } from "../words.mjs";

/** What the profiles of docs/display.md share and hide. */
const profiles = {
  strict: { share: "", hide: "" },
  "public-site": { share: "header, nav, main, footer, aside", hide: "[data-private], [contenteditable]" },
};

export class CustomerDisplay {
  constructor(customer, context) {
    this.customer = customer;
    this.context = context;
    /** What has gone to the edge's ingest socket, of all tabs. */
    this.sent = { frames: 0, full: 0, display: null };
    context.on("page", (page) => this.#listen(page));
    this.#listen(customer.page);
    this.use(customer.page);
  }

  #listen(page) {
    page.on("websocket", (socket) => {
      if (!socket.url().endsWith("/display")) return;
      socket.on("framesent", ({ payload }) => {
        if (typeof payload === "string") this.sent.display = JSON.parse(payload).display;
        else {
          this.sent.frames += 1;
          this.sent.full += payload[1] & 1;
        }
      });
    });
  }

  /** Goes on in this tab. */
  use(page) {
    this.page = page;
    this.display = page.locator("lockstep-display");
    this.bar = this.display.getByRole("region", { name: "Sharing this page" });
    this.offer = this.display.getByRole("dialog", { name: /^Show .* this page\?$/ });
  }

  /** Asks for a chat about something, as far as the agent's offer. */
  async ask(topic) {
    await this.customer.open();
    await this.customer.chooseTopic(topic);
    await this.customer.press("Chat now");
  }

  /** Scopes beside seeing: `Keep a recording`, `Let them ask to control the page`, `Open pages they show me`. */
  async agree(...scopes) {
    await this.offer.waitFor();
    for (const scope of scopes) await this.offer.getByLabel(scope).click();
    await this.offer.getByRole("button", { name: say("display.consent.yes"), exact: true }).click();
    await this.bar.waitFor();
  }

  press(name) {
    return this.bar.getByRole("button", { name, exact: true }).click();
  }

  /** The indicator's line. */
  says(text) {
    return this.bar.getByRole("status").filter({ hasText: text }).waitFor();
  }

  answer(question, button) {
    return this.display.getByRole("dialog", { name: question }).getByRole("button", { name: button, exact: true }).click();
  }

  /** What the page's own script tag asks to be masked. */
  rule() {
    return this.page.evaluate((known) => {
      const { profile = "strict", share = "", hide = "" } = document.querySelector('script[src*="/widget.js"]')?.dataset ?? {};
      const both = (one, other) => [one, other].filter(Boolean).join(",");
      return { share: both(known[profile].share, share), hide: both(known[profile].hide, hide) };
    }, profiles);
  }

  async painted() {
    return this.page.evaluate(painted, { side: "customer", rule: await this.rule() });
  }

  paintedInside(selector) {
    return this.page.evaluate(painted, { side: "customer", rule: { share: "*", hide: "" }, inside: selector });
  }

  /** The page's box of an element, in the viewport. */
  boxOf(selector) {
    return this.page.locator(selector).first().evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    });
  }

  /** What staff point at with, by their names: pointers, frames, and whether somebody draws. */
  signs() {
    return this.page.evaluate(() => {
      const layer = document.querySelector("lockstep-display")?.shadowRoot?.querySelector(".layer");
      const there = (selector) => [...(layer?.querySelectorAll(selector) ?? [])].filter((element) => !element.hidden);
      return {
        // Where the tip is, not the name beside it.
        pointers: there(".pointer").map(({ textContent: name, style }) => {
          const [x, y] = (style.transform.match(/-?[\d.]+/g) ?? []).map(Number);
          return { name, x, y };
        }),
        highlights: there(".highlight").map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return { name: element.dataset.name, x, y, width, height };
        }),
        ink: there(".ink path").map((path) => path.getAttribute("d")).filter(Boolean),
      };
    });
  }

  contactId() {
    return this.page.evaluate(() => new Promise((known) => window.lockstep.followMe((me) => me?.contacts[0] && known(me.contacts[0].id))));
  }

  /** The visit's token, as the widget keeps it. */
  visit() {
    return this.page.evaluate(() => JSON.parse(localStorage.getItem("lockstep.demo")));
  }
}
