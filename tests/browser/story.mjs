// The whole story in a real browser: customers ask, wait, chat and are refused; an agent serves; a supervisor sees it all;
// the server dies in the middle; one customer is erased.
//
//   LOCKSTEP_BIN=target/release/lockstep STORY_DIR=target/story node tests/browser/story.mjs
//
// With STORY_SERVICES and STORY_CERTIFICATES it plays on Kafka and PostgreSQL, every role a process of its own.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Agent } from "./agent.mjs";
import { clusterOf } from "./cluster.mjs";
import { Customer } from "./customer.mjs";
import { journalOf } from "./journal.mjs";
import { choose, type, typeWhen } from "./keys.mjs";
import { networkAt } from "./network.mjs";
import { serverOf } from "./server.mjs";
import { laptop, phone, stageIn, wide } from "./stage.mjs";
import { Supervisor } from "./supervisor.mjs";
import { like, say } from "./words.mjs";

const root = resolve(import.meta.dirname, "../..");
const binary = process.env.LOCKSTEP_BIN ?? join(root, "target/release/lockstep");
const folder = process.env.STORY_DIR ?? join(root, "target/story");
const password = "brightwater-demo";
/** What a browser's console says of every request that meets no server. */
const noServer = [/ERR_CONNECTION_REFUSED/, /WebSocket connection to .* failed/, /Failed to load resource/];
/** The desk asks who is signed in; before anybody is, the answer is 401, and the console tells. */
const notSignedIn = /401 \(Unauthorized\).*\/graphql/;
/** Somebody erased comes back with the company's word for who they are: the edge knows nobody by it, and serves a visitor. */
const nobodyKnown = /404 \(Not Found\).*\/visit/;

const journal = journalOf();
const { scene, step, late, note } = journal;
const dataDir = join(await mkdtemp(join(tmpdir(), "lockstep-story-")), "data");
const stage = await stageIn(folder);
const { STORY_SERVICES: services, STORY_CERTIFICATES: certificates } = process.env;
const server = services ? await clusterOf(binary, dataDir, services, certificates) : await serverOf(binary, dataDir);

/** How late the board's screen is with a step, by the event's own time. */
async function board(what, row, shown) {
  const { since } = await row;
  await shown;
  late(`the board shows ${what}`, Date.now() - Date.parse(since));
}

const { desk, demo } = server;
const supervisor = new Supervisor((await stage.person("Kim", { size: wide })).page, desk);

async function play() {
  const dana = new Agent((await stage.person("Dana", { size: wide })).page, desk);
  const atHome = await stage.person("Ada");
  const ada = new Customer(atHome.page, demo);
  const ben = new Customer((await stage.person("Ben")).page, demo);

  scene("Everybody arrives");
  await stage.tolerating([notSignedIn], async () => {
    await step("Kim opens the board", async () => {
      await supervisor.page.goto(`${desk}/board`);
      await supervisor.page.getByLabel("Login").waitFor();
      await stage.look("sign-in-staff", supervisor.page, [laptop, phone]);
      await supervisor.signIn("kim", password);
      await supervisor.page.getByText("No open contacts").waitFor();
      await stage.look("board-empty", supervisor.page, [wide]);
    });
    await step("Dana signs in at the desk, and is offline until she says otherwise", async () => {
      await dana.signIn("dana", password);
      await dana.page.getByText("You're offline").waitFor();
      await stage.look("desk-offline", dana.page, [laptop]);
    });
  });
  await step("Ada looks around without signing in", async () => {
    await ada.goto("/");
    await stage.look("demo-home", ada.page, [wide, phone]);
    await ada.browse("Tariffs");
    await stage.look("demo-tariffs", ada.page, [laptop, phone]);
    await ada.browse("Help");
    await ada.page.getByRole("link", { name: "Broadband is slow" }).click();
    await stage.look("demo-help", ada.page, [laptop]);
    await ada.browse("Status");
    await stage.look("demo-status", ada.page, [laptop]);
  });
  await step("Ada signs in; her services and tickets are on her account page", async () => {
    await ada.signIn("Ada");
    await ada.page.getByText("October's bill has the router on it twice.").waitFor();
    await stage.look("demo-account", ada.page, [wide, phone]);
  });

  scene("Ada asks, and Dana serves her");
  await step("Before she asks, Ada sees that nobody is here yet", async () => {
    await ada.browse("Tariffs");
    await ada.open();
    await stage.look("widget-topics", ada.page, [laptop, phone]);
    await ada.chooseTopic("Bills and payments");
    note(`“Chat now” says: ${await ada.said("Chat now")}`);
  });
  await step("Dana becomes available: the widget says so by itself, and the board too", async () => {
    const free = ada.panel.locator(".way.free").first().waitFor();
    const idle = supervisor.agent("Dana", "IDLE");
    const shown = supervisor.shows("Dana", "Free");
    await dana.available();
    await board("Dana free", idle, shown);
    await free;
    assert.match(await ada.said("Chat now"), /free now/i);
    await stage.look("widget-free", ada.page, [laptop, phone]);
  });
  await step("Ada asks for a chat; Dana gets the offer with the screen pop", async () => {
    const offered = supervisor.contact("Ada", "OFFERED");
    const shown = supervisor.shows("Ada", "Offered");
    await ada.press("Chat now");
    await dana.offer.waitFor();
    await board("Ada's contact offered", offered, shown);
    for (const known of ["Ada", "Plus", "127.0.0.1", "Bills and payments", "Fibre 250", "Tariffs · Brightwater Broadband"]) {
      await dana.offer.getByText(known).first().waitFor();
    }
    await ada.status(say("widget.talk.offered"));
    await stage.look("desk-offer", dana.page, [laptop, phone]);
  });
  await step("Dana accepts", async () => {
    const talking = supervisor.contact("Ada", "TALKING");
    const shown = supervisor.shows("Ada", "Talking");
    await dana.accept();
    await board("Ada talking", talking, shown);
    await ada.status(say("widget.launcher.with", { name: "Dana" }));
  });
  await step("Ada is asked whether Dana may see her page, and would rather not", async () => {
    await stage.look("widget-share", ada.page, [laptop, phone]);
    await ada.notNow();
  });
  await step("The desk shows who Ada is, what she has, where she was", async () => {
    for (const known of ["Fibre 250", "October's bill has the router on it twice.", "/tariffs", "/help/slow-broadband"]) {
      await dana.customer.getByText(known).first().waitFor();
    }
  });
  await step("They chat both ways", async () => {
    await dana.say("Good day Ada, this is Dana. What can I do for you?");
    await ada.hears("this is Dana");
    await ada.say("The router is on my October bill twice.");
    await dana.hears("The router is on my October bill twice.");
    await stage.look("widget-chat", ada.page, [laptop, phone]);
    await stage.look("desk-chat", dana.page, [wide, laptop, phone]);
    await stage.look("board-talking", supervisor.page, [wide, laptop]);
  });
  const second = new Customer(await atHome.context.newPage(), demo);
  await step("A second tab of Ada's has the same talk, and so has a reloaded page", async () => {
    await second.goto("/account");
    await second.panel.waitFor();
    await second.hears("this is Dana");
    await ada.page.reload();
    await ada.hears("this is Dana");
    await second.minimise();
  });

  scene("The server dies in the middle of it");
  const before = await ada.messages();
  await stage.tolerating(noServer, async () => {
    await step("kill -9: all three screens say that they are not live, and since when", async () => {
      await server.kill();
      await ada.panel.getByText(like("widget.launcher.lost")).waitFor();
      await dana.page.getByText(/Reconnecting since/).waitFor();
      await supervisor.page.getByText(/Reconnecting since/).waitFor();
      await stage.look("widget-reconnecting", ada.page, [laptop]);
      await stage.look("desk-reconnecting", dana.page, [laptop]);
    });
    await step("Ada writes on; her message waits in her browser", async () => {
      await ada.say("Are you still there?");
      await ada.log.locator(".going").filter({ hasText: "Are you still there?" }).waitFor();
    });
    await step("The server starts again on the same data, and everybody carries on", async () => {
      await server.start();
      await ada.hears("Are you still there?");
      await dana.hears("Are you still there?");
      await ada.panel.getByText(like("widget.launcher.lost")).waitFor({ state: "detached" });
      await supervisor.page.getByText(/Reconnecting since/).waitFor({ state: "detached" });
    });
  });
  await step("Nothing is lost and nothing is there twice", async () => {
    await dana.say("Yes, I am. I am taking the second router off the bill.");
    await ada.hears("I am taking the second router off the bill.");
    const after = await ada.messages();
    assert.deepEqual(after, [...before, "Are you still there?", "Yes, I am. I am taking the second router off the bill."]);
    note(`${after.length} messages, in order, each once`);
  });

  scene("Ben finds nobody free");
  await step("Ben signs in and asks about moving house, which only Dana knows", async () => {
    await ben.signIn("Ben");
    await ben.browse("Moving");
    await ben.open();
    await ben.chooseTopic("Moving house");
    const said = await ben.said("Chat now");
    assert.doesNotMatch(said, /free now/i);
    note(`“Chat now” says: ${said}`);
    await stage.look("widget-busy", ben.page, [laptop, phone]);
    const waiting = supervisor.contact("Ben", "WAITING");
    const shown = supervisor.shows("Ben", "Waiting");
    await ben.press("Chat now");
    await board("Ben waiting", waiting, shown);
  });
  await step("Dana's next free moment is kept for Ben, and both he and the board are told", async () => {
    await ben.status(like("widget.booked.chat", { name: "Dana" }));
    await supervisor.booking("Ben", "Dana");
    await supervisor.page.getByRole("tab", { name: "Bookings" }).click();
    await supervisor.page.locator(".area-later").getByText("Ben").waitFor();
    note(await ben.panel.locator(".status h2").innerText());
    await stage.look("widget-booked", ben.page, [laptop, phone]);
    await stage.look("board-booked", supervisor.page, [wide, laptop, phone]);
  });

  scene("A ticket changes, and the talk ends");
  await step("Dana solves Ada's ticket; Ada's account page shows it within a second", async () => {
    const solved = second.page.locator(".ticket[data-state=SOLVED]").filter({ hasText: "October's bill" });
    await dana.changeTicket("Bills and payments", "Solved", "The second router is off; the next bill is right.");
    await solved.getByText("The second router is off; the next bill is right.").waitFor();
    const shownAt = Date.now();
    const changedAt = await solved.locator(".small time").last().getAttribute("datetime");
    late("Ada's account page shows the ticket solved", shownAt - Date.parse(changedAt));
    await stage.look("demo-account-solved", second.page, [laptop]);
  });
  await step("Ada files a ticket on her account page, and sees it in the list at once", async () => {
    await choose(second.page.getByLabel("What is it about?"), "Moving house");
    await type(second.page.getByLabel("What happened?"), "Please keep my number when I move.");
    await second.page.getByRole("button", { name: "File the ticket" }).click();
    await second.page.getByText(/^Filed as no\. \d+/).waitFor();
    await second.page.locator(".ticket[data-state=OPEN]").filter({ hasText: "Please keep my number when I move." }).waitFor();
    await dana.customer.getByText("Please keep my number when I move.").first().waitFor();
    await stage.look("demo-account-filed", second.page, [laptop]);
  });
  await step("Dana finishes: Ada is asked how it was", async () => {
    const wrapping = supervisor.contact("Ada", "WRAPPING");
    const shown = supervisor.shows("Ada", "Wrap-up");
    await dana.finish();
    await board("Ada's contact in wrap-up", wrapping, shown);
    await ada.status(say("widget.talk.ended", { name: "Dana" }));
    await stage.look("desk-wrap-up", dana.page, [laptop, phone]);
    await stage.look("widget-rating", ada.page, [laptop, phone]);
    await ada.press(say("widget.rating.stars", { count: 5 }));
    await ada.panel.getByText(say("widget.rating.thanks", { count: 5 })).waitFor();
  });
  await step("A supervisor who comes late sees the same day as Kim, also after a reload", async () => {
    const lou = new Supervisor((await stage.person("Lou", { size: wide })).page, desk);
    await stage.tolerating([notSignedIn], async () => {
      await lou.page.goto(`${desk}/board`);
      await lou.signIn("kim", password);
    });
    const rows = await lou.trend();
    note(`the trend so far: ${rows.replaceAll(/\s+/g, " ")}`);
    await supervisor.showsTrend(rows);
    assert.equal(await supervisor.trend(), rows);
    await lou.page.reload();
    assert.equal(await lou.trend(), rows);
    await lou.page.close();
  });
  await step("Dana wraps up; she is free, so Ben is offered to her, as booked", async () => {
    const offered = supervisor.contact("Ben", "OFFERED");
    const shown = supervisor.shows("Ben", "Offered");
    await dana.wrapUp("Solved", "Ada: second router taken off the October bill.");
    await dana.offer.waitFor();
    await dana.offer.getByText("Ben").first().waitFor();
    await board("Ben's contact offered", offered, shown);
    const talking = supervisor.contact("Ben", "TALKING");
    const talks = supervisor.shows("Ben", "Talking");
    await dana.accept();
    await board("Ben talking", talking, talks);
    await ben.status(say("widget.launcher.with", { name: "Dana" }));
  });
  await step("Ben and Dana settle it, and Ben ends the conversation himself", async () => {
    await ben.say("I move on the first.");
    await dana.hears("I move on the first.");
    await dana.say("It is in your ticket. The router comes with you.");
    await ben.hears("The router comes with you.");
    await ben.press(say("widget.talk.end"));
    await ben.status(say("widget.talk.ended", { name: "Dana" }));
    await ben.press(say("widget.rating.no"));
    await dana.wrapUp("Solved", "Ben: moving on the first.");
  });
  await step("Ben plans a call for tomorrow, moves it, and cancels it", async () => {
    await ben.chooseTopic("Bills and payments");
    await ben.press("Call me back");
    await type(ben.panel.getByLabel(say("widget.form.number")), "+44 1632 960102");
    await ben.panel.getByLabel(say("widget.form.later")).click();
    await typeWhen(ben.panel.getByLabel("Date", { exact: true }), tomorrow());
    await typeWhen(ben.panel.getByLabel("Time", { exact: true }), "10:30");
    await stage.look("widget-callback", ben.page, [laptop, phone]);
    await ben.press("Call me back");
    await ben.panel.getByText("01632 960102").waitFor();
    await stage.look("widget-callback-planned", ben.page, [laptop]);
    await ben.press(say("widget.callback.move"));
    await typeWhen(ben.panel.getByLabel("Time", { exact: true }), "15:45");
    await ben.press(say("widget.form.move"));
    await ben.status(like("widget.booked.call", { when: ".*15:45" }));
    await ben.press(say("widget.callback.cancel"));
    await ben.status(say("widget.topics.title"));
  });

  scene("Chloe is refused from one network and served from another");
  await step("From a partner's kiosk (127.0.9.2) no chat about bills is offered: she reads why, and what would change it", async () => {
    const network = await networkAt("127.0.9.2");
    const kiosk = await stage.person("Chloe at a kiosk", { network });
    const chloe = new Customer(kiosk.page, demo);
    await chloe.signIn("Chloe");
    await chloe.open();
    await chloe.chooseTopic("Bills and payments");
    await chloe.panel.getByText(say("widget.not.network.chat")).waitFor();
    assert.equal(await chloe.panel.getByRole("button", { name: "Chat now" }).count(), 0, "what would be refused is offered");
    note((await chloe.panel.locator(".ways").innerText()).replace(/\s*\n\s*/g, " · "));
    await stage.look("widget-denied", chloe.page, [laptop, phone]);
    await kiosk.context.close();
    network.close();
  });
  await step("From another network (127.0.9.20) the same request is granted, and Dana serves it", async () => {
    const network = await networkAt("127.0.9.20");
    const home = await stage.person("Chloe at home", { network });
    const chloe = new Customer(home.page, demo);
    await chloe.signIn("Chloe");
    await chloe.open();
    await chloe.chooseTopic("Bills and payments");
    await chloe.press("Chat now");
    await dana.offer.waitFor();
    await dana.offer.getByText("127.0.9.20").first().waitFor();
    await dana.accept();
    await chloe.status(say("widget.launcher.with", { name: "Dana" }));
    await chloe.say("Thank you, I only wanted to see whether it works.");
    await dana.hears("I only wanted to see whether it works.");
    await dana.finish();
    await dana.wrapUp("Solved", "Chloe: no question.");
    await home.context.close();
    network.close();
  });

  scene("Without scripts");
  await step("A visitor without scripts asks by the plain form, sees the status there, and cancels", async () => {
    const { page } = await stage.person("A visitor without scripts", { scripts: false });
    await page.goto(`${demo}/tariffs`);
    await page.getByRole("link", { name: /ask us a question/ }).click();
    await choose(page.getByLabel("What is it about?"), "Tariffs and new contracts");
    await type(page.getByLabel(say("widget.form.number")), "+44 1632 960105");
    await stage.lookWithoutScripts("ask-form", page, [laptop, phone]);
    await page.getByRole("button", { name: "Call me back" }).click();
    await page.getByText("01632 960105").waitFor();
    note(`the page says: ${await page.locator(".state").innerText()}`);
    await stage.lookWithoutScripts("ask-status", page, [laptop, phone]);
    await page.getByRole("button", { name: say("widget.callback.cancel") }).click();
    await page.getByText(say("page.ended.cancelled")).waitFor();
    const looking = await stage.person("Somebody who looks at the form with axe");
    await looking.page.goto(`${server.edge}/ask`);
    await stage.look("ask-form-axe", looking.page, [laptop, phone]);
  });

  scene("Ada is erased");
  const texts = ["The router is on my October bill twice.", "October's bill has the router on it twice.", "Are you still there?", "Please keep my number when I move.", "Ada: second router"];
  await step("Before, history shows her name and what was said", async () => {
    await supervisor.page.getByRole("link", { name: "History" }).click();
    await supervisor.page.getByRole("row").filter({ hasText: "Ada" }).waitFor();
    assert.equal(await supervisor.page.getByText(/Reconnecting since/).count(), 0, "history needs no live connection");
    await stage.look("board-history", supervisor.page, [wide]);
    await historyOf("Ada");
    for (const text of ["The router is on my October bill twice.", "Ada: second router taken off the October bill."]) {
      await supervisor.page.getByRole("dialog").getByText(text).waitFor();
    }
    await stage.look("board-contact", supervisor.page, [wide, laptop]);
  });
  await stage.tolerating([nobodyKnown], () => step("The administrator erases her, and every view forgets her", async () => {
    await server.erase(await subjectOf("Ada"), password);
    await ada.status(say("widget.topics.title"));
    await none(ada.page, texts, "the page that Ada had open");
    await supervisor.page.reload();
    await historyOf("Visitor");
    await supervisor.page.getByRole("dialog").getByText("Erased").first().waitFor();
    await stage.look("board-contact-erased", supervisor.page, [wide]);
    await none(supervisor.page, ["Ada", ...texts], "history");
    await supervisor.page.keyboard.press("Escape");
    await supervisor.page.getByRole("link", { name: "Live", exact: true }).click();
    await supervisor.page.locator(".area-agents").getByText("Dana").waitFor();
    await none(supervisor.page, ["Ada", ...texts], "the board");
    await none(dana.page, ["Ada", ...texts], "the desk");
    await second.page.goto(`${demo}/account`);
    await second.page.getByRole("heading", { name: "Tickets" }).waitFor();
    await none(second.page, texts, "the customer's page");
    await stage.look("demo-account-erased", second.page, [laptop]);
  }));

  scene("The log");
  await step("`lockstep log verify` finds the chain whole", async () => {
    await stage.tolerating(noServer, async () => {
      await server.stop();
      note((await server.verify()).trim().replaceAll("\n", " · "));
    });
  });
}

/** A person's id in the key store, as staff read it at the desk. */
async function subjectOf(name) {
  const post = async (path, body, headers = {}) => {
    const response = await fetch(server.desk + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const { token } = await post("/session", { login: "kim", password });
  const query = "{ accounts { edges { node { name subject } } } }";
  const { data } = await post("/graphql", { query }, { authorization: `Bearer ${token}` });
  return data.accounts.edges.find(({ node }) => node.name === name).node.subject;
}


/** What there is to read of a completed contact of a customer with this name. */
async function historyOf(name) {
  const row = supervisor.page.getByRole("row").filter({ hasText: name }).filter({ hasText: "Completed" });
  await row.getByRole("button", { name }).click();
  await supervisor.page.getByRole("dialog").getByRole("tab", { name: "Transcript" }).click();
}

const tomorrow = () => new Date(Date.now() + 86_400_000).toLocaleDateString("sv-SE");

/** The page as people read it, with what stands in the widget, has none of these. */
async function none(page, texts, where) {
  const shown = await page.evaluate(() => document.body.innerText + (document.querySelector("lockstep-widget")?.shadowRoot?.textContent ?? ""));
  for (const text of texts) assert.ok(!shown.includes(text), `${where} still shows “${text}”`);
}

await play()
  .then(() => {
    assert.deepEqual(stage.complaints, [], "a browser's console complained");
    assert.deepEqual(server.complaints, [], "the server complained");
    journal.end();
  })
  .catch(async (cause) => {
    console.error(`\nThe story broke at: ${journal.at}\n`, cause);
    for (const complaint of [...stage.complaints, ...server.complaints]) console.error(complaint);
    await stage.lastLook();
    process.exitCode = 1;
  })
  .finally(async () => {
    await server.kill();
    await stage.close();
    await journal.save(join(folder, "journal.txt"));
    await rm(dataDir, { recursive: true, force: true });
    // What a broken story left open must not keep it.
    process.exit();
  });
