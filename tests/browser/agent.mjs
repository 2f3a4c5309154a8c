// An agent at the desk.
import { choose, type } from "./keys.mjs";

export async function signInAsStaff(page, address, login, password) {
  await page.goto(address);
  await type(page.getByLabel("Login"), login);
  await type(page.getByLabel("Password"), password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator(".fresh-live").waitFor();
}

export class Agent {
  constructor(page, desk) {
    this.page = page;
    this.desk = desk;
    this.offer = page.getByRole("dialog");
    this.log = page.getByRole("log");
    this.customer = page.getByRole("complementary", { name: "Customer" });
  }

  signIn(login, password) {
    return signInAsStaff(this.page, `${this.desk}/`, login, password);
  }

  async available() {
    await this.page.getByRole("complementary", { name: "You and your contacts" }).getByRole("button", { name: "Go available" }).click();
    await this.page.getByRole("button", { name: "Presence: Available" }).waitFor();
  }

  async presence(word) {
    await this.page.getByRole("button", { name: /^Presence:/ }).click();
    await this.page.getByRole("menuitemradio", { name: word }).click();
    await this.page.getByRole("button", { name: `Presence: ${word}` }).waitFor();
  }

  async accept() {
    await this.offer.getByRole("button", { name: "Accept" }).click();
    await this.offer.waitFor({ state: "detached" });
  }

  async say(text) {
    await type(this.page.getByPlaceholder(/^Write to/), text);
    await this.page.getByPlaceholder(/^Write to/).press("Enter");
  }

  hears(text) {
    return this.log.getByText(text).waitFor();
  }

  async changeTicket(topic, state, note) {
    const ticket = this.customer.getByRole("listitem").filter({ hasText: topic }).filter({ has: this.page.getByRole("button", { expanded: false }) });
    await ticket.getByRole("button", { expanded: false }).click();
    const open = this.customer.locator(".ticket").filter({ hasText: topic });
    await choose(open.getByLabel("Status"), state);
    await type(open.getByLabel("Note for the customer"), note);
    await open.getByRole("button", { name: "Save" }).click();
  }

  async finish() {
    await this.page.getByRole("button", { name: "Finish" }).click();
    await this.page.getByRole("group", { name: "How did it end?" }).waitFor();
  }

  async wrapUp(disposition, notes) {
    await this.page.getByRole("radio", { name: disposition }).press("Space");
    await type(this.page.getByLabel("Notes for the next agent"), notes);
    await this.page.getByRole("button", { name: "Done" }).click();
    await this.page.getByRole("group", { name: "How did it end?" }).waitFor({ state: "detached" });
  }
}
