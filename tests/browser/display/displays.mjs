// Synchronised displays in real browsers: a customer, the agent, a supervisor and an expert elsewhere see the same page.
import assert from "node:assert/strict";
import { actTogether, beginTalk, calledBack, revoked } from "./acts.mjs";
import { controlledPage, pointedPage } from "./hands.mjs";
import { customerAt, noServer, playing, staffAt } from "./ground.mjs";
import { choose, type } from "../keys.mjs";
import { replayed } from "./replay.mjs";
import { alike, allSee } from "./same.mjs";
import { sharedWidgets } from "./widgets.mjs";
import { like, say } from "../words.mjs";

await playing(async ({ journal, stage, server }) => {
  const { scene, step, note } = journal;
  const ada = await customerAt(stage, "Ada", server.demo);
  const [dana, kim, noor] = await Promise.all([
    staffAt(stage, server, "Dana"),
    staffAt(stage, server, "Kim", { path: "/board" }),
    staffAt(stage, server, "Noor"),
  ]);
  const told = { stage, server, journal, ada, dana, kim, noor };
  const staff = [dana, kim, noor];
  /** Instants to which the replay goes back, with what was painted then. */
  const remembered = [];
  const shown = async (name) => stage.sideBySide(name, [["Ada, the customer", ada.page], ...staff.map((one) => [one.who, one.page])]);
  const everybodySees = async (what, options = {}) => {
    const customer = await allSee(note, what, ada, staff, options);
    if (options.remember) {
      const widgets = await Promise.all((options.widgets ?? []).map(async (name) => [name, await dana.paintedWidget(name)]));
      remembered.push({ what, live: await dana.painted(), customer, widgets, at: Date.now() });
    }
    return customer;
  };
  told.everybodySees = everybodySees;
  told.shown = shown;

  scene("Consent");
  await beginTalk(told);
  await revoked(told);

  scene("Everybody joins");
  await step("Kim joins from the board; Dana invites Noor, who sits elsewhere", async () => {
    await kim.joinFromBoard("Ada");
    await noor.available();
    await dana.invite("Noor");
    await noor.acceptInvitation("Ada");
    await ada.says("Dana, Kim (supervisor) and Noor (expert) see this page");
    await everybodySees("the page that all have joined", { remember: true });
    await stage.look("indicator", ada.page);
    await stage.look("desk-display", dana.page, [{ width: 1440, height: 900 }]);
    await shown("joined");
  });

  scene("The same page");
  await step("Ada goes from page to page", async () => {
    for (const [link, path] of [["Tariffs", "/tariffs"], ["Moving", "/moving"], ["Broadband", "/broadband"]]) {
      await ada.customer.browse(link);
      await dana.shows(path);
      await everybodySees(`the page ${path}`, { remember: path === "/moving", widgets: path === "/moving" ? [] : ["tariff-calculator"] });
    }
    await shown("navigation");
  });
  await step("Ada fills in a field that is shared", async () => {
    await ada.page.locator("#postcode").pressSequentially("BW2 7NE");
    const asked = Date.now();
    await ada.page.getByRole("button", { name: "Check" }).click();
    await everybodySees("the postcode and its answer", { remember: true });
    note(`from the key to the answer on three screens ${Date.now() - asked} ms`);
    assert.equal(await dana.shown("#postcode").inputValue(), "BW2 7NE");
  });
  await step("Ada scrolls down, and up", async () => {
    await ada.page.mouse.move(640, 300);
    await ada.page.mouse.wheel(0, 500);
    await everybodySees("the page scrolled down");
    await ada.page.mouse.wheel(0, -200);
    await everybodySees("the page scrolled up again", { remember: true });
    await shown("scrolled");
  });
  await step("Ada writes in a private field on her account page: its place is seen, its text is not", async () => {
    await ada.page.getByRole("link", { name: /My account/ }).click();
    await ada.page.getByRole("heading", { name: "File a ticket" }).waitFor();
    await type(ada.page.getByLabel("What happened?"), "My neighbour at no. 16 has the same trouble.");
    await choose(ada.page.getByLabel("What is it about?"), "Moving house");
    const picture = await everybodySees("the account page");
    assert.ok(picture.items.some((item) => item.field === "textarea" && item.private && item.value.includes("no. 16")));
    for (const one of staff) assert.match(await one.shown("textarea").inputValue(), /^•+$/);
    await shown("private-field");
  });
  await step("Dana opens a page for all, Ada agrees; Kim opens another, Ada does not want to", async () => {
    await dana.push("/help/router-lights");
    await dana.pane.getByText("Waiting for the customer to follow").waitFor();
    await stage.look("push", ada.page);
    await ada.answer(like("display.push.title"), say("display.push.open"));
    await ada.page.waitForURL("**/help/router-lights");
    await everybodySees("the page that Dana opened", { widgets: ["router-set-up"] });
    await kim.push("/business");
    await ada.answer(like("display.push.title"), say("display.no"));
    await kim.pane.getByText("The customer stayed on this page").waitFor();
    assert.equal(new URL(ada.page.url()).pathname, "/help/router-lights");
    await shown("pushed");
  });

  scene("Together");
  await actTogether(told);

  scene("Shared widgets");
  await sharedWidgets(told);

  scene("Pointers, highlights, ink");
  await pointedPage(told);

  scene("Remote control");
  await controlledPage(told);

  scene("Late, back and away");
  await step("Noor leaves and joins again: the picture comes from the log at once, without the customer's page", async () => {
    const before = ada.sent.full;
    await noor.page.reload();
    const from = Date.now();
    await noor.acceptInvitation("Ada");
    await allSee(note, "the late joiner's page", ada, [noor]);
    note(`the picture of a late joiner: after ${Date.now() - from} ms`);
    assert.equal(ada.sent.full, before, "the customer's page was asked for a snapshot");
  });
  await step("Dana rewinds to an earlier page, and returns", async () => {
    const { at, live, what } = remembered[1];
    await dana.seek(at);
    await dana.shows("/moving");
    const { words } = await alike(dana.page, `the rewound display, ${what}`, () => live, () => dana.painted());
    note(`Dana sees ${what} as it was: ${words}`);
    await stage.sideBySide("rewound", [["Ada, now", ada.page], ["Dana, earlier", dana.page]]);
    await dana.live();
    await everybodySees("the page after the rewind");
  });
  await step("Ada loads the page again", async () => {
    await ada.page.reload();
    await ada.bar.waitFor();
    await everybodySees("the page after it was loaded again");
  });
  await step("The server dies and comes back: what Ada did meanwhile is there, without a gap", async () => {
    await stage.tolerating(noServer, async () => {
      await ada.customer.browse("Broadband");
      await everybodySees("the page before the server died");
      await server.kill();
      await ada.says(say("display.bar.lost"));
      await kim.page.getByText(/Reconnecting since/).filter({ visible: true }).first().waitFor();
      await type(ada.page.locator("#postcode"), "BW4 1QS");
      await ada.page.mouse.wheel(0, 350);
      await server.start();
      await ada.says(/see this page|sees this page/);
      await everybodySees("what Ada did while nobody was there");
    });
  });
  await step("Ada goes on in a second tab, and back", async () => {
    const first = ada.page;
    const second = await ada.context.newPage();
    ada.use(second);
    await second.goto(`${server.demo}/status`);
    await ada.says(/see this page/);
    await everybodySees("the second tab");
    await first.bringToFront();
    await first.locator("h1").click();
    ada.use(first);
    await ada.says(/see this page/);
    await everybodySees("the first tab again");
    await second.close();
  });
  await step("Ada pauses: nothing goes over until she resumes", async () => {
    await ada.press("Pause");
    for (const one of staff) await one.pane.getByText("Ada paused sharing").waitFor();
    const before = await dana.painted();
    await ada.page.mouse.wheel(0, -350);
    await type(ada.page.locator("#postcode"), "BW1 1AA");
    await ada.says(/Paused/);
    assert.deepEqual((await dana.painted()).items.filter(({ field }) => field), before.items.filter(({ field }) => field));
    await stage.look("paused", ada.page);
    await ada.press(say("display.bar.resume"));
    await everybodySees("the page after the pause");
  });
  await step("The talk ends", async () => {
    await dana.desk.finish();
    await dana.desk.wrapUp("Solved", "Ada: looked at the tariffs together.");
    await noor.page.close();
  });

  scene("After the contact");
  await replayed(told, remembered);

  scene("A call");
  await calledBack(told);

  scene("The proof");
  await step("What is kept of the displays is what was recorded, says the auditor's command", async () => {
    await stage.tolerating(noServer, async () => {
      await server.stop();
      const said = (await server.verify()).split("\n").filter((line) => line.includes("displays"));
      note(said.join("\n"));
      assert.match(said.join(), /frames \([1-9]\d* proven\).*signals \([1-9]\d* proven\).*page views \([1-9]\d* proven\).*0 are broken: sound/);
    });
  });
});
