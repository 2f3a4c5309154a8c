// The staff's hands on the page: pointers, highlights, ink; and remote control by grant.
import assert from "node:assert/strict";
import { wide } from "../stage.mjs";
import { nodesOf, recordingOf } from "./frames.mjs";
import { deskApi, until } from "./ground.mjs";
import { type } from "../keys.mjs";
import { like, say } from "../words.mjs";

const tolerance_px = 4;
const near = (one, other) => Math.abs(one - other) <= tolerance_px;

export async function pointedPage({ stage, journal: { step, note }, ada, dana, kim, noor, shown }) {
  const staff = [dana, kim, noor];
  await step("Each points at something, and Ada sees the names at the right places", async () => {
    const places = [[dana, "#coverage form button", 0.25], [kim, "#coverage h2", 0.5], [noor, "#postcode", 0.75]];
    await ada.page.locator("#coverage h2").scrollIntoViewIfNeeded();
    await until(dana.page, "the same scroll", async () => near(await ada.page.evaluate(() => scrollY), (await dana.painted()).scroll[1]));
    for (const [one, place, x] of places) {
      await one.tool("Point");
      const at = await one.spot(place, x, 0.5);
      await one.page.mouse.move(at.x - 5, at.y);
      await one.page.mouse.move(at.x, at.y);
    }
    for (const [one, place, x] of places) {
      const box = await ada.boxOf(place);
      await until(ada.page, `${one.who}'s pointer at ${place}`, async () => {
        const { pointers } = await ada.signs();
        const mine = pointers.find(({ name }) => name === one.who);
        return mine && near(mine.x, box.x + x * box.width) && near(mine.y, box.y + 0.5 * box.height);
      });
    }
    note(`${staff.map(({ who }) => who).join(", ")}: each within ${tolerance_px} px of where it was meant, by element`);
  });
  await step("A highlight stays with its element when Ada scrolls; ink is drawn and fades", async () => {
    await dana.tool("Highlight");
    await dana.click("#postcode");
    const isAround = async (place) => {
      const box = await ada.boxOf(place);
      return (await ada.signs()).highlights.some((one) => one.name === "Dana" && near(one.x, box.x) && near(one.y, box.y) && near(one.width, box.width));
    };
    await until(ada.page, "Dana's highlight around the postcode", () => isAround("#postcode"));
    await ada.page.mouse.move(640, 300);
    await ada.page.mouse.wheel(0, 60);
    await until(ada.page, "the highlight to move with the page", () => isAround("#postcode"));
    await noor.tool("Draw");
    await noor.draw("#coverage h2", "#postcode");
    await until(ada.page, "Noor's ink", async () => (await ada.signs()).ink.length > 0);
    await stage.look("hands", ada.page);
    await shown("hands");
    await until(ada.page, "the ink to fade", async () => (await ada.signs()).ink.length === 0);
    for (const one of staff) await one.tool("Look");
  });
}

export async function controlledPage({ stage, server, journal: { step, note }, ada, dana, kim, everybodySees, shown }) {
  const asDana = await deskApi(server, "dana");
  const display = ada.sent.display;
  const send = (act) => asDana("mutation ($display: UUID!, $signals: [String!]!) { signalDisplay(display: $display, signals: $signals) }", { display, signals: [JSON.stringify(act)] });
  const pageLoad = () => ada.page.evaluate(() => Math.round(performance.timeOrigin));

  await step("Without a grant the server refuses", async () => {
    const refused = await send({ kind: "scroll", node: null, x: 0, y: 400, pageLoad: await pageLoad() }).then(
      () => null,
      (cause) => cause.message,
    );
    assert.ok(refused, "the server took remote control without a grant");
    note(`the server says: ${refused}`);
  });
  await step("Dana asks, Ada allows: it is shown on both sides", async () => {
    await dana.tool("Ask for control");
    await stage.look("control-wish", ada.page);
    await ada.answer(like("display.control.title"), say("display.control.allow"));
    await dana.pane.getByRole("button", { name: "You have control" }).waitFor();
    await ada.bar.getByText(say("display.control.granted", { name: "Dana" })).waitFor();
    assert.ok(await kim.pane.getByRole("button", { name: "Ask for control", exact: true }).isDisabled(), "two people would have control");
    assert.deepEqual(await dana.pane.evaluate(overlapping), [], "parts of the toolbar lie over each other");
    await stage.look("desk-control", dana.page, [wide]);
  });
  await step("Dana types, presses, scrolls and goes on, on Ada's page", async () => {
    await dana.click("#postcode");
    const box = dana.mirror.getByLabel("Type for the customer");
    await type(box, "BW3 2TT");
    await until(ada.page, "the postcode on Ada's page", async () => (await ada.page.locator("#postcode").inputValue()) === "BW3 2TT");
    await box.press("Enter");
    await dana.click("#coverage form button");
    await ada.page.locator("[data-coverage-answer]").filter({ hasText: /\S/ }).waitFor();
    const at = await dana.spot("#coverage h2");
    await dana.page.mouse.move(at.x, at.y, { steps: 2 });
    const before = await ada.page.evaluate(() => scrollY);
    await dana.page.mouse.wheel(0, 240);
    await until(ada.page, "Ada's page to scroll", async () => (await ada.page.evaluate(() => scrollY)) > before + 100);
    await everybodySees("what Dana did on Ada's page");
    await shown("control");
    await dana.page.mouse.wheel(0, -4_000);
    await until(ada.page, "the top of Ada's page", async () => (await ada.page.evaluate(() => scrollY)) === 0);
    await until(dana.page, "the top of the mirror", async () => (await dana.painted()).scroll[1] === 0);
    await dana.click('nav[aria-label="Main"] a:last-child');
    await ada.page.waitForURL("**/status");
    await everybodySees("the page that Dana's click led to");
  });
  await step("Dana chooses on the account page; a private field stays out of reach", async () => {
    await ada.page.goto(`${server.demo}/account`);
    await ada.page.getByRole("heading", { name: "File a ticket" }).waitFor();
    await ada.page.locator("select[name=topic]").scrollIntoViewIfNeeded();
    await everybodySees("the account page under control");
    await dana.click("select");
    const list = dana.mirror.getByLabel("Choose for the customer");
    await list.pressSequentially("Business lines");
    await list.press("Enter");
    await until(ada.page, "the choice on Ada's page", () => ada.page.locator("select[name=topic]").evaluate((select) => select.selectedOptions[0].textContent === "Business lines"));
    await dana.click("textarea");
    await dana.mirror.getByText("Private: only the customer fills this in").waitFor();
    const node = await recordedId(asDana, ada, "textarea");
    await send({ kind: "input", node, value: "not Ada's words", pageLoad: await pageLoad() });
    await ada.display.getByText(like("display.denied.private")).first().waitFor();
    assert.equal(await ada.page.locator("textarea[name=text]").inputValue(), "");
    note("a signal past the mirror was refused by Ada's own side");
  });
  await step("Ada takes control back", async () => {
    await ada.press(say("display.control.stop"));
    await dana.pane.getByRole("button", { name: "Ask for control", exact: true }).waitFor();
    await assert.rejects(send({ kind: "back", pageLoad: await pageLoad() }));
  });
}

/** Buttons and fields above the page that lie over each other, or over its edge; evaluated in the browser. */
function overlapping(pane) {
  const bar = pane.querySelector(".pane-bar");
  const edge = bar.getBoundingClientRect();
  const parts = [...bar.querySelectorAll("button, input, .address-push, .tools-note")].map((part) => ({ what: part.textContent || part.getAttribute("aria-label"), box: part.getBoundingClientRect() }));
  const over = parts.filter(({ box }) => box.width > 0 && (box.right > edge.right + 1 || box.bottom > edge.bottom + 1)).map(({ what }) => `${what}: out of the bar`);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return [...over, ...parts.flatMap((one, n) => parts.slice(n + 1).flatMap((other) => (meet(one.box, other.box) ? [`${one.what} and ${other.what}`] : [])))];
}

/** The recorder's number of the last element of this kind on the page that is shown. */
async function recordedId(ask, customer, tag) {
  const pageLoad = await customer.page.evaluate(() => Math.round(performance.timeOrigin));
  const frames = (await recordingOf(ask, await customer.contactId())).filter((frame) => frame.pageLoad === pageLoad);
  const ids = frames.flatMap(({ events }) => [...nodesOf(events)]).filter(({ tagName }) => tagName === tag);
  assert.ok(ids.length > 0, `no ${tag} of this page is recorded`);
  return ids.at(-1).id;
}
