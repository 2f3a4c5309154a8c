// Every screen in every state, looked at with axe; and with names and texts of all kinds.
//
//   LOCKSTEP_BIN=target/release/lockstep STORY_DIR=target/story-access node tests/browser/access/access.mjs
import assert from "node:assert/strict";
import { called } from "../called.mjs";
import { customerAt, deskApi, notSignedIn, password, playing, staffAt } from "../display/ground.mjs";
import { type } from "../keys.mjs";
import { networkAt } from "../network.mjs";
import { laptop, phone, wide } from "../stage.mjs";
import { lookAtTexts } from "./fits.mjs";
import { cuttable, silent, withAnswers } from "./line.mjs";
import { ended, endedAtOnce, invitation, links, runs } from "./told.mjs";

/** What a browser's console says of questions that this story leaves without a good answer. */
const onPurpose = [notSignedIn, /Failed to load resource/, /ERR_FAILED/, /WebSocket/];

/** GraphiQL's own code breaks these: its editor is Monaco, whose parts and tooltips are not ours to change. */
const graphiqls = ["color-contrast", "nested-interactive", "select-name", "width"];

const long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch-Wolfeschlegelsteinhausen";
const kinds = [
  ["a long word", `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft${"o".repeat(120)}`],
  ["Arabic", "مرحبا، الفاتورة رقم 4711 فيها خطأ منذ يوم 3 أكتوبر، شكرا"],
  ["Hebrew", "שלום, יש טעות בחשבון מספר 4711 מיום 3 באוקטובר"],
  ["emoji", "👩‍👩‍👧‍👦 the router 🧨 is on fire 🔥🔥🔥 – no, really 🇬🇧👍🏽"],
];

await playing(async ({ journal, stage, server }) => {
  const { scene, step, note } = journal;
  const at = (path) => server.desk + path;
  const page = async (who, options) => (await stage.person(who, { size: wide, ...options })).page;
  const faults = [];
  const fault = (what) => {
    faults.push(what);
    console.error(`    ${what}`);
  };
  /** What is wrong with a screen does not keep the others from being looked at. */
  const examine = (name, one, how) => stage.examine(name, one, how).catch(({ message }) => fault(message));
  const signIn = async (one, path, login = "dana", secret = password) => {
    await one.goto(at(path));
    await type(one.getByLabel(called.login), login);
    await type(one.getByLabel(called.password), secret);
    await one.getByLabel(called.password).press("Enter");
  };

  scene("The company's pages");
  await step("Each as it is", async () => {
    const one = await page("A visitor");
    for (const path of ["/", "/broadband", "/tariffs", "/business", "/moving", "/help/", "/help/your-bill", "/status", "/sign-in", "/speed-test"]) {
      await one.goto(server.demo + path);
      await one.locator("h1").first().waitFor();
      await examine(`demo-${path.replace(/\W+/g, " ").trim() || "home"}`, one);
    }
    await one.goto(`${server.edge}/ask`);
    await examine("ask-as it is", one);
    await one.close();
  });

  scene("The staff's screens");
  await stage.tolerating(onPurpose, async () => {
    await step("Signing in", async () => {
      const one = await page("Somebody who signs in");
      await signIn(one, "/", "dana", "wrong");
      await one.locator("[aria-invalid=true]").first().waitFor();
      await examine("sign in-refused", one);
      await withAnswers(one, "unreachable", async () => {
        await one.goto(at("/"));
        await one.getByRole("button", { name: called.again }).waitFor();
        await examine("desk-unreachable", one);
      });
      await signIn(one, "/board");
      await one.locator(".fresh-live, main").first().waitFor();
      await one.getByRole("button", { name: called.signInOther }).waitFor();
      await examine("board-forbidden", one);
      await one.close();
    });
    await step("The desk, the board and history while they load, empty, and without a line", async () => {
      const desk = await stage.person("Somebody at the desk", { size: wide });
      await signIn(desk.page, "/");
      await desk.page.getByText(called.offline).waitFor();
      await examine("desk-offline", desk.page);
      const waiting = await desk.context.newPage();
      await silent(waiting);
      await waiting.goto(at("/"));
      await waiting.locator(".desk-me [aria-busy=true], .desk-me [role=status]").first().waitFor();
      await examine("desk-loading", waiting);
      await desk.context.close();

      const board = await stage.person("Somebody at the board", { size: wide });
      await signIn(board.page, "/board", "kim");
      await board.page.locator(".fresh-live").waitFor();
      await examine("board-empty", board.page);
      const line = await board.context.newPage();
      await silent(line);
      await line.goto(at("/board"));
      await line.locator("main").first().waitFor();
      await examine("board-loading", line);
      const lost = await board.context.newPage();
      const socket = await cuttable(lost);
      await lost.goto(at("/board"));
      await lost.locator(".fresh-live").waitFor();
      socket.cut();
      await lost.getByText(called.lost).waitFor();
      await examine("board-reconnecting", lost);
      const history = await board.context.newPage();
      await history.goto(at("/board"));
      await history.locator(".fresh-live").waitFor();
      for (const how of ["none", 500]) {
        await withAnswers(history, how, async () => {
          await history.getByRole("link", { name: called.live, exact: true }).click();
          await history.getByRole("link", { name: called.history }).click();
          if (how === 500) await history.getByRole("button", { name: called.again }).waitFor();
          await examine(`history-${how === 500 ? "failed" : "loading"}`, history);
        });
      }
      await history.getByRole("link", { name: called.live, exact: true }).click();
      await history.getByRole("link", { name: called.history }).click();
      await history.locator("main").first().waitFor();
      await examine("history-empty", history);
      await history.getByRole("link", { name: called.health }).click();
      await history.locator("main").first().waitFor();
      await examine("health-as it is", history);
      await board.context.close();
    });
    await step("GraphiQL", async () => {
      const one = await page("Somebody at GraphiQL");
      await signIn(one, "/graphiql/", "kim");
      await one.locator(".graphiql-container").waitFor();
      await examine("graphiql-editor", one, { accepted: graphiqls });
      note(`of GraphiQL's own code, not looked at: ${graphiqls.join(", ")}`);
      await one.close();
    });
  });

  scene("The widget's states");
  await stage.tolerating(onPurpose, async () => {
    await step("While it loads, asked, refused, and without a line", async () => {
      const network = await networkAt("127.0.9.2");
      const one = await customerAt(stage, "Somebody at a kiosk", server.demo, { network });
      await silent(one.page);
      await one.customer.goto("/");
      await withAnswers(one.page, "none", async () => {
        await one.customer.open();
        await examine("widget-loading", one.page);
      });
      await one.context.close();
      const other = await customerAt(stage, "Somebody else there", server.demo, { network });
      await other.customer.signIn("Chloe");
      await other.customer.open();
      await other.customer.chooseTopic("Bills and payments");
      await other.customer.panel.getByText(called.notOnNetwork).waitFor();
      await examine("widget-denied", other.page);
      await other.context.close();
      network.close();
    });
  });

  scene("Names and texts of all kinds");
  await step("Ada has a long name, topics have long titles", async () => {
    const asAdmin = await deskApi(server, "admin");
    const { accounts, contracts, policy } = await asAdmin("{ accounts { edges { node { id name source contractTitle } } } contracts { id title } policy { definitionJson } }");
    const { node } = accounts.edges.find(({ node: { name } }) => name === "Ada");
    const contract = contracts.find(({ title }) => title === node.contractTitle).id;
    const input = { account: node.id, externalId: "BW-1001", name: `Ada ${long} محمد 👩‍👩‍👧‍👦`, contract, source: node.source };
    const done = "{ __typename ... on Refused { message } }";
    const recorded = await asAdmin(`mutation ($input: AccountInput!) { recordAccount(input: $input) ${done} }`, { input });
    assert.equal(recorded.recordAccount.__typename, "Done", JSON.stringify(recorded));
    const definition = JSON.parse(policy.definitionJson);
    for (const topic of Object.values(definition.topics)) if (topic.title === "Moving house") topic.title = `Moving house and ${long}`.slice(0, 100);
    const published = await asAdmin(`mutation ($definitionJson: String!) { publishPolicy(definitionJson: $definitionJson) ${done} }`, { definitionJson: JSON.stringify(definition) });
    note(`topics: ${JSON.stringify(published.publishPolicy)}`);
  });
  const fits = async (what, one, sizes = [wide, laptop, phone]) => {
    for (const size of sizes) {
      await one.setViewportSize(size);
      // Charts follow the size of their place a moment later.
      await one.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
      const wrong = await one.evaluate(lookAtTexts);
      for (const why of wrong.slice(0, 5)) fault(`${what} at ${size.width}: ${why}`);
      await stage.glance(`${what}-${size.width}`.replace(/\W+/g, "-"), one);
    }
    await one.setViewportSize(wide);
  };
  await step("She files a ticket and chats; it fits on every screen", async () => {
    const dana = await staffAt(stage, server, "Dana");
    await dana.available();
    const kim = await staffAt(stage, server, "Kim", { path: "/board" });
    const ada = await customerAt(stage, "Ada", server.demo, { size: wide });
    await ada.customer.signIn("Ada");
    await type(ada.page.getByLabel("What happened?"), "  ");
    await ada.page.getByRole("button", { name: "File the ticket" }).click();
    await ada.page.getByText("Please tell us what happened.").waitFor();
    await type(ada.page.getByLabel("What happened?"), kinds.map(([, text]) => text).join(" "));
    await ada.page.getByRole("button", { name: "File the ticket" }).click();
    await ada.page.getByText(/^Filed as no\. \d+/).waitFor();
    await fits("the account page", ada.page);
    await examine("demo-account with texts of all kinds", ada.page, { full: true });
    await ada.customer.open();
    await fits("the topics", ada.page);
    await ada.customer.chooseTopic(/^Moving house/);
    await fits("the ways", ada.page);
    await ada.customer.press(called.callMeBack);
    await ada.customer.panel.getByLabel(called.number).waitFor();
    await fits("the form of a callback", ada.page);
    await examine("widget-a callback", ada.page);
    await ada.customer.press(called.back);
    await ada.customer.press(called.back);
    await ada.customer.chooseTopic("Bills and payments");
    await ada.customer.press(called.chatNow);
    await dana.desk.offer.waitFor();
    await fits("the offer", dana.page);
    await examine("offer-a long name", dana.page);
    await dana.accept();
    await ada.offer.waitFor();
    await ada.customer.notNow();
    for (const [what, text] of kinds) {
      await ada.customer.say(text);
      await dana.desk.hears(text);
      await dana.desk.say(text);
      await ada.customer.hears(text);
      const rightToLeft = what === "Arabic" || what === "Hebrew";
      await runs([...(await dana.desk.log.getByText(text).all()), ...(await ada.customer.log.getByText(text).all())], rightToLeft ? "rtl" : "ltr");
      note(`${what}: on both sides`);
    }
    await links(dana, ada);
    await fits("the chat in the widget", ada.page);
    await fits("the desk", dana.page);
    await fits("the board", kim.page);
    await examine("widget-texts of all kinds", ada.page, { full: true });
    await examine("desk-texts of all kinds", dana.page, { full: true });
    await examine("board-texts of all kinds", kim.page, { full: true });
    await kim.page.locator(".area-contacts .grid-name").filter({ hasText: "Ada" }).click();
    await kim.page.getByRole("dialog").waitFor();
    await fits("the contact's drawer", kim.page);
    await examine("board-a contact", kim.page, { full: true });
    await kim.page.keyboard.press("Escape");
    await invitation({ stage, server, examine, fits }, dana, ada);
    await ended({ stage, server, examine, fits });
    await dana.desk.finish();
    await fits("the wrap-up", dana.page);
    await examine("desk-wrap-up", dana.page, { full: true });
    await dana.desk.wrapUp(called.disposition, kinds.map(([, text]) => text).join(" "));
    await endedAtOnce({ stage, server, examine }, dana);
    await kim.page.getByRole("link", { name: called.history }).click();
    await kim.page.getByRole("row").filter({ hasText: "Completed" }).first().waitFor();
    await fits("history", kim.page);
    await examine("history-filled", kim.page, { full: true });
  });
  note(`axe has looked at:\n             ${stage.examined().join("\n             ")}`);
  assert.deepEqual(faults, [], "something is not fit for everybody");
});
