// What people are told without having asked: a link, text from right to left, an invitation, an end.
import assert from "node:assert/strict";
import { called } from "../called.mjs";
import { customerAt, deskApi, staffAt } from "../display/ground.mjs";
import { say } from "../words.mjs";

const address = "https://help.example.org/routers?model=4711";

/** Somebody's own text runs in its own direction. */
export async function runs(texts, wanted) {
  for (const text of texts) {
    const direction = await text.evaluate((element) => getComputedStyle(element).direction);
    assert.equal(direction, wanted, `“${(await text.innerText()).slice(0, 30)}” does not run ${wanted}`);
  }
}

/** An address in a chat is a link on both sides. */
export async function links(agent, customer) {
  await agent.desk.say(`Have a look at ${address}.`);
  await customer.customer.hears(address);
  for (const log of [agent.desk.log, customer.customer.log]) {
    const link = log.getByRole("link", { name: address, exact: true });
    await link.waitFor();
    assert.equal(await link.getAttribute("href"), address);
    assert.match(await link.getAttribute("rel"), /noopener/);
  }
}

/** Noor is asked to have a look, knows at whom and about what, and would rather not. */
export async function invitation({ stage, server, examine, fits }, agent, customer) {
  const noor = await staffAt(stage, server, "Noor");
  await noor.available();
  await customer.display.getByRole("button", { name: /^Show .* this page$/ }).click();
  await customer.agree();
  await agent.pane.waitFor();
  await agent.invite("Noor");
  const list = noor.page.locator("section").filter({ has: noor.page.getByRole("heading", { name: say("desk.invited.title") }) });
  const one = list.getByRole("button").filter({ hasText: "Ada" });
  assert.match(await one.innerText(), /Bills and payments · from Dana/);
  await one.click();
  await noor.page.getByRole("button", { name: say("desk.invited.decline") }).waitFor();
  await noor.page.getByText(say("desk.invited.chat")).waitFor();
  await fits("the invitation", noor.page);
  await examine("invitation-as it is", noor.page);
  await noor.page.getByRole("button", { name: say("desk.invited.decline") }).click();
  await noor.page.getByText(say("desk.invited.declined")).waitFor();
  await list.waitFor({ state: "detached" });
  await noor.context.close();
  await customer.press(called.stopSharing);
  await customer.bar.waitFor({ state: "detached" });
}

/** What staff ended is shown, over a reload too, until it is put away; then it does not come back. */
export async function ended({ stage, server, examine, fits }) {
  const ben = await customerAt(stage, "Ben", server.demo);
  await ben.customer.signIn("Ben");
  await ben.customer.open();
  await ben.customer.chooseTopic("Bills and payments");
  await ben.customer.press(called.chatNow);
  await ben.customer.panel.getByRole("button", { name: say("widget.talk.cancel") }).waitFor();
  const asKim = await deskApi(server, "kim");
  const { board } = await asKim("{ board { contacts { id customerName } } }");
  const { id: contact } = board.contacts.find(({ customerName }) => customerName === "Ben");
  await asKim("mutation ($contact: UUID!) { cancelContact(contact: $contact) { __typename } }", { contact });
  const why = ben.customer.panel.getByText(say("widget.ended.withdrawn"));
  await why.waitFor();
  await fits("what ended", ben.page);
  await examine("widget-ended", ben.page);
  const again = async () => {
    await ben.page.reload();
    // What was open comes back open.
    await ben.customer.panel.waitFor();
  };
  await again();
  await why.waitFor();
  await ben.customer.press(say("widget.ended.seen"));
  await ben.customer.status(called.topics);
  await again();
  await ben.customer.status(called.topics);
  assert.equal(await why.count(), 0, "what was put away came back");
  await ben.context.close();
}

/** A chat that ended before anybody wrote: nobody is asked to say hello in it. */
export async function endedAtOnce({ stage, server, examine }, agent) {
  const chloe = await customerAt(stage, "Chloe", server.demo);
  await chloe.customer.signIn("Chloe");
  await chloe.ask("Bills and payments");
  await agent.accept();
  await chloe.offer.waitFor();
  await chloe.customer.notNow();
  await chloe.customer.panel.getByText(say("widget.chat.empty")).waitFor();
  await chloe.customer.press(say("widget.talk.end"));
  await chloe.customer.status(called.talkEnded);
  assert.equal(await chloe.customer.panel.getByText(say("widget.chat.empty")).count(), 0, "who has left is asked to say hello");
  await examine("widget-ended at once", chloe.page);
  await chloe.context.close();
}
