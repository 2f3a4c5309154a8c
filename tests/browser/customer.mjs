// A customer at the company's site: what one reads, presses and types there.
import { type } from "./keys.mjs";
import { say } from "./words.mjs";

export class Customer {
  constructor(page, demo) {
    this.page = page;
    this.demo = demo;
    this.widget = page.locator("lockstep-widget");
    this.panel = this.widget.getByRole("dialog");
    this.log = this.widget.getByRole("log");
  }

  async goto(path) {
    await this.page.goto(this.demo + path);
    await this.widget.getByRole("button").first().waitFor();
  }

  async signIn(name) {
    await this.goto("/sign-in");
    await this.page.locator("#customers").getByRole("button", { name }).click();
    await this.page.waitForURL("**/account");
    await this.page.getByRole("heading", { name: "Services" }).waitFor();
  }

  /** By the links of the site's own menu. */
  async browse(...links) {
    for (const link of links) {
      const answered = this.page.waitForResponse((response) => response.url().endsWith("/activity") && response.ok());
      await this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link }).click();
      await answered;
    }
  }

  async open() {
    await this.widget.locator(".launcher").click();
    await this.panel.waitFor();
  }

  async minimise() {
    await this.panel.getByRole("button", { name: "Minimise" }).click();
  }

  /** Up to the step that tells whether somebody is free. */
  async chooseTopic(title) {
    await this.panel.getByRole("button", { name: title }).click();
    await this.panel.locator(".way").first().waitFor();
  }

  /** What stands at a way to be served: `Chat now` or `Call me back`. */
  async said(verb) {
    const way = this.panel.locator(".way").filter({ has: this.page.getByRole("button", { name: verb }) });
    return (await way.locator(".state").innerText()).trim();
  }

  press(name) {
    return this.panel.getByRole("button", { name, exact: true }).click();
  }

  status(text) {
    return this.panel.getByRole("heading", { name: text }).waitFor();
  }

  /** Nobody shall see the page. */
  notNow() {
    return this.page.locator("lockstep-display").getByRole("button", { name: say("display.consent.no") }).click();
  }

  async say(text) {
    await type(this.panel.getByRole("textbox", { name: "Your message" }), text);
    await this.panel.getByRole("textbox", { name: "Your message" }).press("Enter");
  }

  /** Waits for a message that has arrived, not one that is still being sent. */
  hears(text) {
    return this.log.locator(".message:not(.going)").filter({ hasText: text }).waitFor();
  }

  messages() {
    return this.log.locator(".message:not(.going) .text").allInnerTexts();
  }
}
