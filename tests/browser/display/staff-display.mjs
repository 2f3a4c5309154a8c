// A member of staff before a display: the mirror in its frame, its tools, who looks on, and the way back in time.
import { painted } from "./painted.mjs";
import { Agent } from "../agent.mjs";
import { slide, type } from "../keys.mjs";

export class StaffDisplay {
  constructor(page, context, server) {
    this.page = page;
    this.context = context;
    this.server = server;
    this.desk = new Agent(page, server.desk);
    this.pane = page.getByRole("region", { name: "What the customer sees" });
    this.address = this.pane.getByLabel("Address of the page");
    this.mirror = page.frameLocator("iframe.mirror-frame");
  }

  available() {
    return this.desk.available();
  }

  accept() {
    return this.desk.accept();
  }

  /** The mirror's own document, in which the customer's is rebuilt. */
  async frame() {
    const handle = await this.page.locator("iframe.mirror-frame").elementHandle();
    return handle.contentFrame();
  }

  async painted() {
    const frame = await this.frame();
    return frame.evaluate(painted, { side: "mirror" });
  }

  /** Of a shared widget, in its own frame. */
  async paintedWidget(name) {
    const frame = await this.frame();
    const handle = await frame.locator(`#widgets iframe[data-name="${name}"]`).elementHandle();
    const inner = await handle.contentFrame();
    return inner.evaluate(painted, { side: "widget" });
  }

  /** A shared widget's own frame, to be used by hand. */
  widget(name) {
    return this.mirror.frameLocator(`#widgets iframe[data-name="${name}"]`);
  }

  /** Presses something in a shared widget, where it is on this screen. */
  async pressInWidget(name, selector) {
    const frame = await this.frame();
    const outer = frame.locator(`#widgets iframe[data-name="${name}"]`);
    const inner = await this.widget(name).locator(selector).first().evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    });
    const there = await outer.evaluate((element) => {
      const { x, y, width } = element.getBoundingClientRect();
      return { x, y, scale: width / element.offsetWidth };
    });
    const around = await this.page.locator("iframe.mirror-frame").boundingBox();
    await this.page.mouse.click(around.x + there.x + inner.x * there.scale, around.y + there.y + inner.y * there.scale);
  }

  /** The page that is looked at together, as this side loaded it. */
  get together() {
    return this.mirror.frameLocator("#together iframe");
  }

  /** Something of the customer's page as it is rebuilt here. */
  shown(selector) {
    return this.mirror.frameLocator("#stage iframe").locator(selector);
  }

  async shows(path) {
    await this.page.waitForFunction((wanted) => new URL(document.querySelector('[aria-label="Address of the page"]')?.value || "about:blank").pathname === wanted, path);
  }

  /** Opens an address for all. */
  async push(url) {
    await type(this.address, url);
    await this.address.press("Enter");
  }

  tool(name) {
    return this.pane.getByRole("toolbar", { name: "Tools" }).getByRole("button", { name }).click();
  }

  async invite(name) {
    await this.pane.getByRole("button", { name: "Invite a colleague" }).click();
    const row = this.page.getByRole("listitem").filter({ hasText: name });
    await row.getByRole("button", { name: "Invite" }).click();
    await row.waitFor({ state: "detached" });
  }

  acceptInvitation(customer) {
    return this.page.locator("section").filter({ has: this.page.getByRole("heading", { name: "Invitations" }) }).getByRole("button").filter({ hasText: customer }).click();
  }

  async joinFromBoard(customer) {
    await this.page.locator(".area-contacts .grid-name").filter({ hasText: customer }).click();
    await this.page.getByRole("button", { name: "View their page" }).click();
    await this.pane.waitFor();
  }

  /** Of a completed contact, from history. */
  async openReplay(customer) {
    await this.page.goto(`${this.server.desk}/board`);
    await this.page.getByRole("link", { name: "History" }).click();
    const row = this.page.getByRole("row").filter({ hasText: customer }).filter({ hasText: "Completed" });
    await row.getByRole("button", { name: customer }).click();
    await this.page.getByRole("button", { name: "Replay", exact: true }).click();
    await this.page.getByText("Idle time skipped").waitFor();
  }

  seekReplay(at) {
    return this.seek(at, this.page.getByLabel("Seek"));
  }

  /** Where a place in an element of the customer's page is on this screen; `x`, `y` from 0 to 1. */
  async spot(selector, x = 0.5, y = 0.5) {
    const frame = await this.frame();
    const inside = await frame.evaluate(
      ([wanted, right, down]) => {
        const stage = document.querySelector("#stage iframe");
        const element = stage.contentDocument.querySelector(wanted);
        if (element === null) throw new Error(`the mirror has no ${wanted}`);
        const box = element.getBoundingClientRect();
        const outer = stage.getBoundingClientRect();
        const scale = outer.width / stage.offsetWidth;
        return { x: outer.x + (box.x + right * box.width) * scale, y: outer.y + (box.y + down * box.height) * scale };
      },
      [selector, x, y],
    );
    const around = await this.page.locator("iframe.mirror-frame").boundingBox();
    return { x: around.x + inside.x, y: around.y + inside.y };
  }

  async click(selector, x, y) {
    const at = await this.spot(selector, x, y);
    await this.page.mouse.move(at.x - 3, at.y - 3);
    await this.page.mouse.move(at.x, at.y);
    await this.page.mouse.down();
    await this.page.mouse.up();
  }

  /** Draws from one element to another. */
  async draw(from, to) {
    const [begin, end] = [await this.spot(from), await this.spot(to)];
    await this.page.mouse.move(begin.x, begin.y);
    await this.page.mouse.down();
    await this.page.mouse.move(end.x, end.y, { steps: 12 });
    await this.page.mouse.up();
  }

  /** Goes to an instant, by the slider: of the live display or of a replay. It stands on steps; the next one is taken. */
  seek(at, slider = this.pane.getByLabel("Rewind")) {
    return slide(slider, at);
  }

  live() {
    return this.pane.getByRole("button", { name: "Live", exact: true }).click();
  }
}
