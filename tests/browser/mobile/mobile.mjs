// The customer's whole way on a phone: tapped, with every control that is shown within reach of a finger.
//
//   LOCKSTEP_BIN=target/release/lockstep STORY_DIR=target/story-mobile node tests/browser/mobile/mobile.mjs
import assert from "node:assert/strict";
import { called } from "../called.mjs";
import { customerAt, playing, staffAt } from "../display/ground.mjs";
import { typeWhen } from "../keys.mjs";
import { networkAt } from "../network.mjs";
import { phone } from "../stage.mjs";
import { Finger } from "./finger.mjs";

const tomorrow = () => new Date(Date.now() + 86_400_000).toLocaleDateString("sv-SE");

await playing(async ({ journal, stage, server }) => {
  const { scene, step, note } = journal;
  const faults = [];
  const withFinger = async (who, options) => {
    const one = await customerAt(stage, who, server.demo, { size: phone, touch: true, ...options });
    const { panel } = one.customer;
    const finger = new Finger(who, one.page, { stage, note, faults });
    return Object.assign(one, { panel, finger, button: (name) => panel.getByRole("button", { name, exact: true }) });
  };
  const ada = await withFinger("Ada");
  const { finger, panel } = ada;
  const dana = await staffAt(stage, server, "Dana");
  await dana.available();

  scene("Ada asks on her phone");
  await step("She signs in, opens the widget and chooses a topic", async () => {
    await ada.customer.goto("/sign-in");
    await finger.tap(ada.page.locator("#customers").getByRole("button", { name: "Ada" }));
    await ada.page.waitForURL("**/account");
    await ada.page.getByRole("heading", { name: "Services" }).waitFor();
    await finger.sees("the launcher");
    await finger.tap(ada.customer.widget.locator(".launcher"));
    await panel.getByRole("button", { name: "Bills and payments" }).waitFor();
    await finger.sees("the topics");
    await finger.tap(panel.getByRole("button", { name: "Bills and payments" }));
    await panel.locator(".way.free").first().waitFor();
    await finger.sees("the ways");
  });
  await step("She asks for a chat, and Dana takes it", async () => {
    await finger.tap(ada.button(called.chatNow));
    await dana.desk.offer.waitFor();
    await finger.sees("asked");
    await dana.accept();
    await ada.offer.waitFor();
    // The question has the screen for itself.
    await ada.customer.widget.locator(".launcher").filter({ hasText: called.withYou }).waitFor();
    await finger.sees("the consent");
  });

  scene("Consent and sharing");
  await step("She agrees, and looks at what the bar offers", async () => {
    for (const scope of [called.consentRecord, called.consentControl]) await finger.tap(ada.offer.getByText(scope, { exact: true }));
    await finger.tap(ada.offer.getByRole("button", { name: called.show, exact: true }));
    await ada.bar.waitFor();
    await finger.tap(ada.customer.widget.locator(".launcher"));
    await panel.waitFor();
    await finger.sees("shared, with the chat open");
  });
  await step("She chats with the phone's keyboard up", async () => {
    await finger.writes(panel.getByRole("textbox", { name: called.message }), "The router is on my bill twice.", ada.button(called.send));
    await dana.desk.hears("The router is on my bill twice.");
    await dana.desk.say("I take it off.");
    await ada.customer.hears("I take it off.");
    await finger.sees("the chat");
  });
  await step("She goes on the page, pauses and resumes", async () => {
    await finger.tap(ada.button(called.minimise));
    await finger.sees("shared, with the chat closed");
    await finger.tap(ada.bar.getByRole("button", { name: called.showMore }));
    await finger.sees("the bar unfolded");
    await finger.tap(ada.bar.getByRole("button", { name: called.pause, exact: true }));
    await ada.bar.getByRole("button", { name: called.resume, exact: true }).waitFor();
    await finger.sees("paused");
    await finger.tap(ada.bar.getByRole("button", { name: called.resume, exact: true }));
    await ada.bar.getByRole("button", { name: called.pause, exact: true }).waitFor();
  });
  await step("Dana asks for control; she allows it, and takes it back", async () => {
    await dana.tool(called.askControl);
    const wish = ada.display.getByRole("dialog", { name: called.controlTitle });
    await wish.waitFor();
    await finger.sees("a wish for control");
    await finger.tap(wish.getByRole("button", { name: called.allow, exact: true }));
    const back = ada.bar.getByRole("button", { name: called.takeBack, exact: true });
    await back.waitFor();
    await finger.sees("control granted");
    await finger.tap(back);
    await back.waitFor({ state: "detached" });
  });
  await step("Dana opens a page; she follows, also to one that both look at together, and goes back", async () => {
    await dana.push("/help/router-lights");
    const push = ada.display.getByRole("dialog", { name: called.openPage });
    await push.waitFor();
    await finger.sees("a page to open");
    await finger.tap(push.getByRole("button", { name: called.open, exact: true }));
    await ada.page.waitForURL("**/help/router-lights");
    await ada.bar.waitFor();
    await dana.shows("/help/router-lights");
    await dana.push("/speed-test");
    await push.waitFor();
    await finger.tap(push.getByRole("button", { name: called.open, exact: true }));
    await ada.display.getByRole("region", { name: called.together }).waitFor();
    await finger.sees("looked at together");
    await finger.tap(ada.display.getByRole("button", { name: called.togetherBack }));
    await ada.display.getByRole("region", { name: called.together }).waitFor({ state: "detached" });
  });
  await step("She stops sharing", async () => {
    await finger.tap(ada.bar.getByRole("button", { name: called.stopSharing }));
    await ada.bar.waitFor({ state: "detached" });
    await finger.sees("sharing stopped");
  });
  await step("The talk ends, and she says how it was", async () => {
    await dana.desk.finish();
    await dana.desk.wrapUp(called.disposition, "Router off the bill.");
    await finger.tap(ada.customer.widget.locator(".launcher"));
    await ada.customer.status(called.talkEnded);
    await finger.sees("the rating");
    await finger.tap(ada.button(called.stars));
    await panel.getByText(called.rated).waitFor();
    await finger.tap(ada.button(called.close));
    await ada.customer.status(called.topics);
  });

  scene("A call");
  await step("She plans a call for tomorrow, moves it, and cancels it", async () => {
    await finger.tap(panel.getByRole("button", { name: "Bills and payments" }));
    await finger.tap(ada.button(called.callMeBack));
    const number = panel.getByLabel(called.number);
    await number.waitFor();
    await finger.sees("a call");
    await finger.tap(panel.getByText(called.atATime, { exact: true }));
    await typeWhen(panel.getByLabel(called.date, { exact: true }), tomorrow());
    await typeWhen(panel.getByLabel(called.time, { exact: true }), "10:30");
    await finger.sees("a call at a time");
    await finger.writes(number, "+44 1632 960101", ada.button(called.callMeBack), { scrolls: true });
    await ada.button(called.anotherTime).waitFor();
    await finger.sees("a call is planned");
    await finger.tap(ada.button(called.anotherTime));
    await typeWhen(panel.getByLabel(called.time, { exact: true }), "15:45");
    await finger.sees("another time");
    await finger.tap(ada.button(called.moveCall));
    await ada.customer.status(/15:45/);
    await finger.tap(ada.button(called.cancelCall));
    await ada.customer.status(called.topics);
  });

  scene("Chloe is refused");
  await step("At a partner's kiosk she reads why, and goes back", async () => {
    const network = await networkAt("127.0.9.2");
    const chloe = await withFinger("Chloe", { network });
    await chloe.customer.goto("/sign-in");
    await chloe.finger.tap(chloe.page.locator("#customers").getByRole("button", { name: "Chloe" }));
    await chloe.page.waitForURL("**/account");
    await chloe.finger.tap(chloe.customer.widget.locator(".launcher"));
    await chloe.finger.tap(chloe.panel.getByRole("button", { name: "Bills and payments" }));
    await chloe.panel.getByText(called.notOnNetwork).waitFor();
    await chloe.finger.sees("denied");
    await chloe.finger.tap(chloe.button(called.back));
    await chloe.panel.locator(".choices").waitFor();
    await chloe.context.close();
    network.close();
  });
  assert.deepEqual(faults, [], "a finger does not reach everything");
});
