// Acts of the story of displays: how it begins, and a page that everybody loads for themselves.
import assert from "node:assert/strict";
import { type } from "../keys.mjs";
import { phone } from "../stage.mjs";
import { differences } from "./compare.mjs";
import { allSee } from "./same.mjs";
import { customerAt, until } from "./ground.mjs";
import { like, say } from "../words.mjs";

/** From a question to a shared page. */
export async function beginTalk({ stage, journal: { step, note }, ada, dana }) {
  await step("Ada signs in and asks for a chat; Dana takes it", async () => {
    await ada.customer.signIn("Ada");
    await dana.available();
    await ada.ask("Bills and payments");
    await dana.accept();
    await ada.customer.status("Dana is with you");
  });
  await step("Ada is asked whether Dana may see the page; Dana waits", async () => {
    await ada.offer.waitFor();
    await dana.page.getByText(/Ada was asked to show you the page/).waitFor();
    await stage.look("consent", ada.page, [{ width: 1280, height: 720 }, { width: 390, height: 844 }]);
    await stage.look("desk-offered", dana.page, [{ width: 1440, height: 900 }]);
    await stage.sideBySide("asked", [["Ada, the customer", ada.page], ["Dana", dana.page]]);
  });
  await step("Ada agrees that it is seen and recorded", async () => {
    await ada.agree("Keep a recording");
    await ada.says(say("display.bar.seen", { count: 1, names: "Dana" }));
    await ada.customer.minimise();
    const picture = await allSee(note, "the first picture", ada, [dana]);
    isNoticed(picture, await dana.painted());
    note("the comparison notices a letter, two pixels, a colour, and something that is missing");
  });
}

/** A comparison that cannot fail proves nothing. */
function isNoticed(here, there) {
  const at = (fits) => here.items.findIndex((item) => !item.private && fits(item));
  const changed = (n, change) => ({ ...there, items: there.items.map((item, m) => (m === n ? { ...item, ...change(item) } : item)) });
  const text = at((item) => item.kind === "text");
  const heading = at(({ tag }) => tag === "h1");
  assert.deepEqual(differences(here, there), []);
  for (const other of [
    changed(text, (item) => ({ text: `${item.text}x` })),
    changed(heading, ({ box: [x, ...rest] }) => ({ box: [x + 2, ...rest] })),
    changed(heading, () => ({ background: "rgb(1, 2, 3)" })),
    { ...there, items: there.items.slice(0, -1) },
  ]) {
    assert.notEqual(differences(here, other).length, 0, "the comparison does not notice a difference");
  }
}

/** The consent is taken back, and given anew when the agent asks again. */
export async function revoked({ stage, journal: { step, late, note }, ada, dana }) {
  await step("Ada stops sharing: Dana sees at once that it is over, and nothing more arrives", async () => {
    await ada.customer.browse("Business");
    await allSee(note, "the page before it is revoked", ada, [dana]);
    const from = Date.now();
    await ada.press(say("display.bar.stop"));
    await dana.page.getByText("The customer stopped sharing.").waitFor();
    late("the end of sharing", Date.now() - from);
    const before = ada.sent.frames;
    await ada.customer.browse("Moving");
    await ada.page.mouse.wheel(0, 400);
    await until(ada.page, "the page to have moved", () => ada.page.evaluate(() => scrollY > 0));
    assert.equal(ada.sent.frames, before, "frames went over after the consent was taken back");
    assert.equal(await dana.page.locator("iframe.mirror-frame").count(), 0, "the mirror is still there");
    await stage.sideBySide("revoked", [["Ada, the customer", ada.page], ["Dana", dana.page]]);
  });
  await step("Dana asks once more; Ada agrees that it is seen, recorded, and used", async () => {
    await dana.page.getByRole("button", { name: "Ask to see the page" }).click();
    await ada.agree("Keep a recording", "Let them ask to control the page");
    await allSee(note, "the page that is shared again", ada, [dana]);
  });
}

/** A page without the widget: each side loads it, and its own program runs on each. */
export async function actTogether({ stage, journal: { step, note }, ada, dana, kim, noor, everybodySees, shown }) {
  const staff = [dana, kim, noor];
  const sides = () => [["Ada", ada.page.frameLocator("lockstep-display .together iframe")], ...staff.map((one) => [one.who, one.together])];
  await step("Ada opens a page that goes without the widget: it is shared together by itself", async () => {
    await ada.customer.browse("Help");
    await everybodySees("the page with the link");
    await ada.page.locator("main").getByRole("link", { name: /Test your line/ }).click();
    await ada.display.getByRole("region", { name: say("display.together.title") }).waitFor();
    for (const one of staff) await one.pane.getByText("Together", { exact: true }).waitFor();
  });
  await step("The page's own program runs on every side", async () => {
    for (const [who, page] of sides()) {
      await page.getByRole("heading", { name: "Test your line" }).waitFor();
      await page.locator("[data-marks] *").first().waitFor({ state: "attached" });
      await page.getByRole("button", { name: "Start" }).click();
      note(`${who} loaded it, and pressed Start`);
    }
    for (const [who, page] of sides()) {
      await page.locator("[data-results] tbody tr").first().waitFor();
      const read = (await page.locator("[data-reading]").innerText()).trim();
      assert.notEqual(read, "0", `${who}'s line was not measured`);
      note(`${who}'s own browser measured ${read} Mbit/s`);
    }
    await shown("together");
  });
  await step("On a phone nothing lies over the way back", async () => {
    const before = ada.page.viewportSize();
    await ada.page.setViewportSize(phone);
    const back = ada.display.getByRole("button", { name: say("display.together.back") });
    await until(ada.page, "the way back to lie on top", () =>
      back.evaluate((button) => {
        const { x, y, width, height } = button.getBoundingClientRect();
        return [0.1, 0.5, 0.9].every((part) => button.contains(button.getRootNode().elementFromPoint(x + part * width, y + height / 2)));
      }),
    );
    await stage.look("together-phone", ada.page, [phone]);
    await ada.page.setViewportSize(before);
  });
  await step("Together ends by the staff's hand as by the customer's", async () => {
    await dana.pane.getByRole("button", { name: "Back to the customer's page" }).click();
    await ada.bar.waitFor();
    await everybodySees("the customer's page again");
    await dana.push("/speed-test");
    await ada.answer(like("display.push.title"), say("display.push.open"));
    for (const [, page] of sides()) await page.getByRole("heading", { name: "Test your line" }).waitFor();
    await ada.display.getByRole("button", { name: say("display.together.back") }).click();
    // A hand that rests on a link shows it pressed on this side alone.
    await ada.page.mouse.move(4, 400);
    await everybodySees("the customer's page once more");
    await until(ada.page, "the page to be Ada's own again", () => ada.page.evaluate(() => location.pathname === "/help"));
  });
}

/** Who calls sees the page as who chats: here of a customer with a phone in the dark. */
export async function calledBack({ stage, server, journal: { step, note }, dana }) {
  const ben = await customerAt(stage, "Ben", server.demo, { size: phone, colorScheme: "dark" });
  const press = (button) => dana.page.getByRole("button", { name: button }).click();
  await step("Ben, on a phone in the dark, asks for a call; Dana takes it", async () => {
    await ben.customer.signIn("Ben");
    await ben.customer.open();
    await ben.customer.chooseTopic("Moving house");
    await ben.customer.press("Call me back");
    await type(ben.customer.panel.getByLabel("Your phone number"), "+44 1632 960102");
    await ben.customer.press("Call me back");
    await dana.accept();
    await ben.customer.status(say("widget.callback.soon", { name: "Dana" }));
  });
  await step("He answers, and is asked whether Dana may see the page", async () => {
    await press("I'm calling");
    await press("Answered");
    // On a phone the question has the screen for itself.
    await ben.offer.waitFor();
    await ben.customer.panel.waitFor({ state: "detached" });
    await stage.sideBySide("call-asked", [["Ben, the customer", ben.page], ["Dana", dana.page]]);
  });
  await step("While they talk, Dana sees the page as he has it: as narrow and as dark", async () => {
    await ben.agree();
    await ben.says(say("display.bar.seen", { count: 1, names: "Dana" }));
    await stage.sideBySide("call-panel", [["Ben, the customer", ben.page]]);
    await allSee(note, "the page during the call", ben, [dana]);
    await ben.customer.goto("/tariffs");
    await ben.bar.waitFor();
    const { items } = await allSee(note, "the next page during the call", ben, [dana], { widgets: ["tariff-calculator"] });
    assert.match(JSON.stringify(items), /rgb\(233, 240, 240\)/, "the page is not dark");
    await stage.sideBySide("call-shared", [["Ben, the customer", ben.page], ["Dana", dana.page]]);
  });
  await step("The call ends, and with it what is seen", async () => {
    await dana.desk.finish();
    await ben.bar.waitFor({ state: "detached" });
    await dana.desk.wrapUp("Solved", "Ben: moving on the first.");
  });
}
