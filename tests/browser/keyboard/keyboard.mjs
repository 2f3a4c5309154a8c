// The first story, and what is shared and used in the second, with the keyboard alone: nobody has a mouse.
//
//   LOCKSTEP_BIN=target/release/lockstep STORY_DIR=target/story-keyboard node tests/browser/keyboard/keyboard.mjs
import assert from "node:assert/strict";
import { customerAt, notSignedIn, password, playing, until } from "../display/ground.mjs";
import { StaffDisplay } from "../display/staff-display.mjs";
import { called } from "../called.mjs";
import { typeWhen } from "../keys.mjs";
import { networkAt } from "../network.mjs";
import { wide } from "../stage.mjs";
import { Keyboard } from "./hands.mjs";

/** What is wrong with the focus, and what came from a pointing device: both are told at the end. */
const faults = [];
const pointed = [];
const tomorrow = () => new Date(Date.now() + 86_400_000).toLocaleDateString("sv-SE");

await playing(async ({ journal, stage, server }) => {
  const { scene, step, note } = journal;
  scene("Everybody arrives");
  const ada = await customerWithKeys(stage, "Ada", server.demo);
  const [dana, kim] = await Promise.all([staffWithKeys(stage, server, "Dana", "/"), staffWithKeys(stage, server, "Kim", "/board")]);
  await step("Dana and Kim sign in", async () => {
    await stage.tolerating([notSignedIn], async () => {
      for (const one of [dana, kim]) await one.signIn();
    });
    await dana.page.getByText(called.offline).waitFor();
  });
  await step("Ada signs in at the company's site", async () => {
    await ada.customer.goto("/sign-in");
    await ada.keys.push(ada.page.locator("#customers").getByRole("button", { name: "Ada" }));
    await ada.page.waitForURL("**/account");
    await ada.page.getByRole("heading", { name: "Services" }).waitFor();
  });

  scene("Ada asks, and Dana serves her");
  await step("Dana becomes available", async () => {
    await dana.keys.push(dana.page.getByRole("complementary", { name: called.me }).getByRole("button", { name: called.available }));
    await dana.page.getByRole("button", { name: called.presence }).waitFor();
    await dana.keys.look("Enter");
  });
  await step("Ada goes round the page, opens the widget, and leaves it again with Escape", async () => {
    const stops = await ada.keys.round("the company's page");
    note(`${stops.length} stops on the page with the widget closed`);
    await ada.keys.push(ada.customer.widget.locator(".launcher"), { back: true });
    await ada.customer.panel.waitFor();
    await ada.keys.press("Escape");
    await ada.customer.panel.waitFor({ state: "detached" });
    assert.equal(await ada.customer.widget.locator(".launcher").evaluate((one) => one.getRootNode().activeElement === one), true, "Escape gives the focus back to the launcher");
    await ada.keys.press("Space");
    await ada.customer.panel.waitFor();
    const open = await ada.keys.round("the page with the panel open");
    note(`${open.length} stops with the panel open`);
  });
  await step("Ada chooses a topic and asks for a chat", async () => {
    await ada.keys.push(ada.panel.getByRole("button", { name: "Bills and payments" }));
    await ada.panel.locator(".way.free").first().waitFor();
    await ada.keys.push(ada.panel.getByRole("button", { name: called.chatNow, exact: true }));
    await dana.offer.waitFor();
  });
  await step("Dana looks at the offer and accepts", async () => {
    await dana.keys.look("the offer");
    const stops = await dana.keys.round("the offer");
    note(`${stops.length} stops in the offer`);
    await dana.keys.push(dana.offer.getByRole("button", { name: called.accept }));
    await dana.offer.waitFor({ state: "detached" });
    await dana.page.getByPlaceholder(called.chatPlaceholder).waitFor();
    await dana.keys.look("Enter");
  });

  scene("Consent and sharing");
  await step("Ada is asked whether Dana may see the page: not now; then she shows it", async () => {
    await ada.offer.waitFor();
    await ada.keys.to(ada.offer.getByRole("button", { name: called.notNow }));
    await ada.keys.press("Escape");
    await ada.offer.waitFor({ state: "detached" });
    await ada.keys.look("Escape");
    await ada.keys.push(ada.display.locator(".pill"));
    await ada.offer.waitFor();
    for (const scope of [called.consentRecord, called.consentControl]) await ada.keys.push(ada.offer.getByLabel(scope), { key: "Space" });
    for (const scope of [called.consentRecord, called.consentControl]) assert.ok(await ada.offer.getByLabel(scope).isChecked());
    await ada.keys.push(ada.offer.getByRole("button", { name: called.show, exact: true }));
    await ada.bar.waitFor();
    await ada.keys.look("Enter");
    await stage.look("sharing", ada.page);
  });
  await step("They chat both ways", async () => {
    await dana.keys.type(dana.page.getByPlaceholder(called.chatPlaceholder), "Good day Ada.");
    await dana.keys.press("Enter");
    await ada.customer.hears("Good day Ada.");
    await ada.keys.type(ada.panel.getByRole("textbox", { name: called.message }), "The router is on my bill twice.");
    await ada.keys.press("Enter");
    await dana.desk.hears("The router is on my bill twice.");
  });
  await step("Dana goes round the desk: into the mirror and out of it", async () => {
    const stops = await dana.keys.round("the desk");
    assert.ok(stops.some((name) => name.startsWith("iframe")), "the mirror is no stop");
    note(`${stops.length} stops at the desk`);
  });
  await step("Kim opens the contact on the board, and the display; Escape gives the focus back", async () => {
    const row = kim.page.locator(".area-contacts .grid-name").filter({ hasText: "Ada" });
    await kim.keys.push(row);
    await kim.page.getByRole("dialog").waitFor();
    await kim.keys.look("Enter");
    note(`${(await kim.keys.round("the contact's drawer")).length} stops in the drawer`);
    await kim.keys.press("Escape");
    await kim.page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await row.evaluate((one) => document.activeElement === one), true, "Escape gives the focus back to the row");
    await kim.keys.press("Enter");
    await kim.keys.push(kim.page.getByRole("button", { name: called.joinDisplay }));
    await kim.pane.waitFor();
    await kim.keys.look("Enter");
    await ada.says(/Kim \(supervisor\)/);
  });
  await step("Ada pauses and resumes", async () => {
    await ada.keys.push(ada.bar.getByRole("button", { name: called.pause, exact: true }));
    await ada.bar.getByRole("button", { name: called.resume, exact: true }).waitFor();
    await ada.keys.look("Enter");
    await ada.keys.push(ada.bar.getByRole("button", { name: called.resume, exact: true }), { key: "Space" });
    await ada.bar.getByRole("button", { name: called.pause, exact: true }).waitFor();
    await ada.keys.look("Space");
  });

  scene("Control");
  await step("Dana asks for control, Ada allows it, and takes it back", async () => {
    await dana.keys.push(dana.pane.getByRole("button", { name: called.askControl, exact: true }));
    const wish = ada.display.getByRole("dialog", { name: called.controlTitle });
    await wish.waitFor();
    await ada.keys.push(wish.getByRole("button", { name: called.allow, exact: true }));
    await wish.waitFor({ state: "detached" });
    await ada.keys.look("Enter");
    await dana.pane.getByRole("button", { name: called.haveControl }).waitFor();
    await dana.keys.look("the grant");
    await dana.keys.to(dana.mirror.locator("#tools"));
    await reach(dana, "select");
    await dana.keys.press("Enter");
    await dana.mirror.getByLabel(called.chooseFor).waitFor();
    await dana.keys.write("Business lines");
    await dana.keys.press("Enter");
    const chosen = ada.page.locator("select[name=topic]");
    await until(ada.page, "the choice on Ada's page", () => chosen.evaluate(({ selectedOptions: [option] }) => option.textContent === "Business lines"));
    // The page that a link leads to comes under the same hand.
    await reach(dana, "footer a[href]");
    const from = ada.page.url();
    await dana.keys.press("Enter");
    await ada.page.waitForURL((url) => url.href !== from);
    await ada.bar.waitFor();
    await dana.shows(new URL(ada.page.url()).pathname);
    await dana.keys.look("the page that a link led to");
    assert.equal(await (await dana.frame()).evaluate(() => document.activeElement.id), "tools", "keys do not go on on the next page");
    await ada.keys.push(ada.bar.getByRole("button", { name: called.takeBack, exact: true }));
    await dana.pane.getByRole("button", { name: called.askControl, exact: true }).waitFor();
    await ada.keys.look("Enter");
    await dana.keys.look("the end of control");
  });
  await step("Dana opens a page for all, and Ada follows", async () => {
    await dana.keys.type(dana.address, "/help/router-lights");
    await dana.keys.press("Enter");
    const push = ada.display.getByRole("dialog", { name: called.openPage });
    await push.waitFor();
    await ada.keys.push(push.getByRole("button", { name: called.open, exact: true }));
    await ada.page.waitForURL("**/help/router-lights");
    await ada.bar.waitFor();
  });
  await step("Ada stops sharing", async () => {
    await ada.keys.push(ada.bar.getByRole("button", { name: called.stopSharing }));
    await ada.bar.waitFor({ state: "detached" });
    await ada.keys.look("Enter");
  });

  scene("A ticket changes, and the talk ends");
  await step("Dana solves Ada's ticket", async () => {
    const ticket = dana.desk.customer.locator(".ticket").filter({ hasText: "Bills and payments" });
    await dana.keys.push(ticket.getByRole("button", { expanded: false }));
    const state = ticket.getByLabel(called.ticketState);
    await dana.keys.to(state);
    await dana.keys.write("Solved");
    await dana.keys.type(ticket.getByLabel(called.ticketNote), "The second router is off.");
    await dana.keys.push(ticket.getByRole("button", { name: called.save }));
    await dana.desk.customer.getByText("The second router is off.").first().waitFor();
    await dana.keys.look("Enter");
  });
  await step("Dana finishes and wraps up; Ada says how it was", async () => {
    await dana.keys.push(dana.page.getByRole("button", { name: called.finish }), { back: true });
    await dana.page.getByRole("group", { name: called.howEnded }).waitFor();
    await dana.keys.look("Enter");
    const solved = dana.page.getByRole("radio", { name: called.disposition });
    await dana.keys.to(dana.page.getByRole("group", { name: called.howEnded }).getByRole("radio"));
    for (let n = 0; n < 8 && !(await solved.isChecked()); n += 1) await dana.keys.press(n === 0 ? "Space" : "ArrowDown");
    await dana.keys.type(dana.page.getByLabel(called.notes), "Router off the bill.");
    await dana.keys.push(dana.page.getByRole("button", { name: called.done }));
    await dana.page.getByRole("group", { name: called.howEnded }).waitFor({ state: "detached" });
    await dana.keys.look("Enter");
    await ada.customer.status(called.talkEnded);
    await ada.keys.look("the end of the talk");
    await ada.keys.push(ada.panel.getByRole("button", { name: called.stars }), { key: "Space" });
    await ada.panel.getByText(called.rated).waitFor();
    await ada.keys.look("Space");
    await ada.keys.push(ada.panel.getByRole("button", { name: called.close, exact: true }));
    await ada.customer.status(called.topics);
    await ada.keys.look("Enter");
  });

  scene("A call is booked, moved and cancelled");
  await step("Ada plans a call for tomorrow, moves it, and cancels it", async () => {
    await ada.keys.push(ada.panel.getByRole("button", { name: "Bills and payments" }));
    await ada.keys.push(ada.panel.getByRole("button", { name: called.callMeBack, exact: true }));
    await ada.keys.type(ada.panel.getByLabel(called.number), "+44 1632 960101");
    await ada.keys.press("Tab");
    await ada.keys.press("ArrowDown");
    assert.ok(await ada.panel.getByLabel(called.atATime).isChecked(), "an arrow chooses the other time");
    await ada.keys.to(ada.panel.getByLabel(called.date, { exact: true }));
    await typeWhen(ada.panel.getByLabel(called.date, { exact: true }), tomorrow());
    await typeWhen(ada.panel.getByLabel(called.time, { exact: true }), "10:30");
    await ada.keys.push(ada.panel.getByRole("button", { name: called.callMeBack, exact: true }));
    await ada.panel.getByRole("button", { name: called.anotherTime }).waitFor();
    await ada.keys.look("Enter");
    await ada.keys.push(ada.panel.getByRole("button", { name: called.anotherTime }));
    await typeWhen(ada.panel.getByLabel(called.time, { exact: true }), "15:45");
    await ada.keys.push(ada.panel.getByRole("button", { name: called.moveCall }));
    await ada.customer.status(/15:45/);
    await ada.keys.push(ada.panel.getByRole("button", { name: called.cancelCall }), { key: "Space" });
    await ada.customer.status(called.topics);
    await ada.keys.look("Space");
  });

  scene("Chloe is refused");
  await step("From a partner's kiosk she reads why, and what is possible instead", async () => {
    const network = await networkAt("127.0.9.2");
    const chloe = await customerWithKeys(stage, "Chloe", server.demo, { network });
    await chloe.customer.goto("/sign-in");
    await chloe.keys.push(chloe.page.locator("#customers").getByRole("button", { name: "Chloe" }));
    await chloe.page.waitForURL("**/account");
    await chloe.customer.widget.locator(".launcher").waitFor();
    await chloe.keys.push(chloe.customer.widget.locator(".launcher"), { back: true });
    await chloe.keys.push(chloe.panel.getByRole("button", { name: "Bills and payments" }));
    await chloe.panel.getByText(called.notOnNetwork).waitFor();
    await chloe.keys.look("Enter");
    await chloe.keys.push(chloe.panel.getByRole("button", { name: called.back, exact: true }), { back: true });
    await chloe.panel.locator(".choices").waitFor();
    await chloe.keys.look("Enter");
    await chloe.context.close();
    network.close();
  });

  scene("The board");
  await step("Kim goes through the board's parts, its tabs and its history", async () => {
    await kim.keys.look("the end of the display");
    const back = kim.page.getByRole("button", { name: called.backToBoard });
    if (await back.isVisible()) await kim.keys.push(back);
    await back.waitFor({ state: "detached" });
    await kim.keys.look("Enter");
    note(`${(await kim.keys.round("the board")).length} stops on the board`);
    const tabs = kim.page.locator(".area-later").getByRole("tab");
    await kim.keys.to(tabs.first());
    for (let n = 1; n < (await tabs.count()); n += 1) await kim.keys.press("ArrowRight");
    await kim.keys.push(kim.page.getByRole("link", { name: called.history }));
    await kim.page.getByRole("row").filter({ hasText: "Ada" }).first().waitFor();
    await kim.keys.look("Enter");
    note(`${(await kim.keys.round("the history")).length} stops in history`);
  });

  assert.deepEqual(faults, [], "the focus is lost, not seen, or without its ring");
  assert.deepEqual(pointed, [], "somebody had a mouse");
  const keys = [ada, dana, kim].map(({ keys: { who, keys: count } }) => `${who} ${count}`);
  note(`keys pressed: ${keys.join(", ")}; pointer events: ${pointed.length}`);
});

/** Goes with the arrows to something on the customer's page, as the mirror outlines it; further down where it is not in sight. */
async function reach(staff, selector) {
  const frame = await staff.frame();
  const there = () =>
    frame.evaluate((wanted) => {
      const stage = document.querySelector("#stage iframe");
      const outer = stage.getBoundingClientRect();
      const inner = stage.contentDocument.querySelector(wanted)?.getBoundingClientRect();
      const outline = document.querySelector(".outline")?.getBoundingClientRect();
      if (!inner || !outline || outline.width === 0) return false;
      const scale = outer.width / stage.offsetWidth;
      return Math.abs(outer.x + inner.x * scale - outline.x) < 4 && Math.abs(outer.y + inner.y * scale - outline.y) < 4;
    }, selector);
  for (let pages = 0; pages < 4; pages += 1) {
    for (let n = 0; n < 40; n += 1) {
      await staff.keys.press("ArrowDown");
      if (await there()) return;
    }
    await staff.keys.press("PageDown");
  }
  assert.fail(`${staff.who} never comes to ${selector} on the customer's page`);
}

async function customerWithKeys(stage, who, demo, options) {
  const customer = await customerAt(stage, who, demo, options);
  customer.keys = await Keyboard.of(who, { page: customer.page, context: customer.context }, pointed, faults);
  customer.panel = customer.customer.panel;
  return customer;
}

async function staffWithKeys(stage, server, who, path) {
  const { page, context } = await stage.person(who, { size: wide });
  const staff = new StaffDisplay(page, context, server);
  staff.keys = await Keyboard.of(who, { page, context }, pointed, faults);
  staff.offer = staff.desk.offer;
  staff.signIn = async () => {
    await page.goto(server.desk + path);
    await staff.keys.type(page.getByLabel(called.login), who.toLowerCase());
    await staff.keys.type(page.getByLabel(called.password), password);
    await staff.keys.press("Enter");
    await page.locator(".fresh-live").waitFor();
  };
  return Object.assign(staff, { who });
}
