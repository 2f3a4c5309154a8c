// Shared widgets: one state on all sides, also on the next page, and a callback that is asked for with it.
import assert from "node:assert/strict";
import { staffAt, until } from "./ground.mjs";
import { type } from "../keys.mjs";

const calculator = "tariff-calculator";

export async function sharedWidgets({ stage, server, journal: { step, note }, ada, dana, kim, noor, everybodySees, shown }) {
  const staff = [dana, kim, noor];
  const own = ada.page.locator(calculator);
  const sides = [["Ada", own], ...staff.map((one) => [one.who, one.widget(calculator).locator(calculator)])];
  const everywhere = async (look) => {
    for (const [, widget] of sides) await look(widget);
  };

  await step("Each turns one knob, and all have one state", async () => {
    await ada.customer.browse("Tariffs");
    await everybodySees("the page with the calculator", { widgets: [calculator] });
    const all = (selector) => everywhere((widget) => widget.locator(selector).waitFor({ state: "attached" }));
    await own.locator("label:has(input[name=people][value='4'])").click();
    await all("input[name=people][value='4']:checked");
    await kim.pressInWidget(calculator, "label:has(input[name=screens][value='3'])");
    await all("input[name=screens][value='3']:checked");
    await noor.pressInWidget(calculator, "label:has(input[name=uploads])");
    await all("input[name=uploads]:checked");
    await dana.pressInWidget(calculator, "input[name=note]");
    await dana.page.keyboard.type("Thick walls, says Ada");
    await until(ada.page, "the note at Ada's", async () => (await own.locator("input[name=note]").inputValue()) === "Thick walls, says Ada");
    await everybodySees("what all have chosen", { widgets: [calculator], remember: true });
    note(`all read: ${(await own.locator(".name").innerText()).trim()}`);
    await shown("widget");
  });
  await step("On another page it starts with that state, on all sides", async () => {
    await ada.customer.browse("Broadband");
    await everywhere((widget) => widget.locator("input[name=people][value='4']:checked").waitFor({ state: "attached" }));
    await everybodySees("the calculator on another page", { widgets: [calculator] });
    assert.equal(await own.locator("input[name=note]").inputValue(), "Thick walls, says Ada");
  });
  await step("Dana presses “Call me about this”: Ada's form opens with what was worked out, and staff see it without the number", async () => {
    await own.getByRole("button", { name: "Call me about this" }).scrollIntoViewIfNeeded();
    await everybodySees("the button");
    await dana.pressInWidget(calculator, ".actions .button");
    await ada.customer.status("Call me back");
    await ada.customer.panel.getByText(/Fibre .*a month/).first().waitFor();
    await type(ada.customer.panel.getByLabel("Your phone number"), "+44 1632 960101");
    for (const one of staff) {
      const form = one.shown("lockstep-widget");
      await form.getByRole("heading", { name: "Call me back" }).waitFor();
      const number = form.locator("input[name=number]");
      await until(one.page, `the masked number at ${one.who}'s`, async () => /•{6,}/.test(await number.inputValue()));
      assert.doesNotMatch(await number.inputValue(), /\d/, `${one.who} sees digits of the number`);
    }
    await shown("call-me-back");
    await ada.customer.press("Call me back");
    await ada.customer.panel.getByText("01632 960101").waitFor();
    const said = ada.customer.panel.getByRole("heading").first();
    await dana.shown("lockstep-widget").getByRole("heading", { name: (await said.innerText()).trim() }).waitFor();
    note(`both read “${(await said.innerText()).trim()}”`);
    const read = await (await dana.frame()).evaluate(() => document.querySelector("#stage iframe").contentDocument.querySelector("lockstep-widget").shadowRoot.textContent);
    assert.doesNotMatch(read, /960101/, "the number is read at the desk");
  });
  await step("Sam, who is free for calls, is offered it with what it is about", async () => {
    const sam = await staffAt(stage, server, "Sam");
    await sam.available();
    await sam.desk.offer.waitFor();
    await sam.desk.offer.getByText(/Fibre .*a month/).first().waitFor();
    await sam.desk.offer.getByText(/Thick walls, says Ada/).first().waitFor();
    await stage.look("callback-offer", sam.page, [{ width: 1440, height: 900 }]);
    note((await sam.desk.offer.innerText()).replace(/\s*\n\s*/g, " · ").slice(0, 300));
    await sam.context.close();
    await ada.customer.minimise();
  });
}
