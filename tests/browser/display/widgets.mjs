// Shared widgets: one state on all sides, also on the next page, and a callback that is asked for with it.
import assert from "node:assert/strict";
import { staffAt } from "./ground.mjs";

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
    await own.locator("input[name=people][value='4']").check({ force: true });
    await everywhere((widget) => widget.locator("input[name=people][value='4']:checked").waitFor({ state: "attached" }));
    await sides[2][1].locator("input[name=screens][value='3']").check({ force: true });
    await everywhere((widget) => widget.locator("input[name=screens][value='3']:checked").waitFor({ state: "attached" }));
    await sides[3][1].getByText("Large uploads").click();
    await everywhere((widget) => widget.locator("input[name=uploads]:checked").waitFor({ state: "attached" }));
    await sides[1][1].locator("input[name=note]").fill("Thick walls, says Ada");
    await everywhere((widget) => widget.locator("input[name=note]").and(widget.page().locator("*")).first().waitFor({ state: "attached" }).catch(() => undefined));
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
    await sides[1][1].getByRole("button", { name: "Call me about this" }).click();
    await ada.customer.status("Call me back");
    await ada.customer.panel.getByText(/Fibre .*a month/).first().waitFor();
    await ada.customer.panel.getByLabel("Your phone number").fill("+44 1632 960101");
    const form = dana.shown("lockstep-widget");
    await form.getByRole("heading", { name: "Call me back" }).waitFor();
    const number = form.getByLabel("Your phone number");
    await number.and(dana.mirror.frameLocator("#stage iframe").locator("input")).waitFor({ state: "attached" });
    for (const one of staff) {
      const seen = one.shown("lockstep-widget").getByLabel("Your phone number");
      await one.page.waitForFunction(() => true);
      assert.doesNotMatch(await seen.inputValue(), /\d/, `${one.who} sees digits of the number`);
    }
    await shown("call-me-back");
    await ada.customer.press("Call me back");
    await ada.customer.panel.getByText("+441632960101").waitFor();
    await dana.shown("lockstep-widget").getByText(/We will call you|callback|call/i).first().waitFor();
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
    await ada.customer.press("Cancel the call").catch(() => undefined);
    await ada.customer.minimise().catch(() => undefined);
  });
}
