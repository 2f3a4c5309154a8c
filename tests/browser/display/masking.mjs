// What staff may not see does not leave the customer's browser: proved on the frames as they are stored, unsealed.
// And the other way: the demo company's pages look as the customer sees them.
import assert from "node:assert/strict";
import { shareOfText, tallyOf, wordsOf } from "./compare.mjs";
import { nodesOf, recordingOf } from "./frames.mjs";
import { customerAt, deskApi, playing, staffAt, until } from "./ground.mjs";
import { changeLater, fillIn, laterNames, privatePage } from "./private-page.mjs";
import { privateStyles, restyle, turnPasswords, wayNames } from "./private-styles.mjs";
import { allSee } from "./same.mjs";
import { foundIn, formsOf, secretsOf } from "./secrets.mjs";
import { siteOf } from "./site.mjs";

const equal_text_min = 0.95;
const picture = { type: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle cx="10" cy="10" r="9" fill="teal"/></svg>' };
const company = await siteOf({
  "/private.css": { type: "text/css", body: "body{font:16px sans-serif} section{margin:12px 0}" },
  ...Object.fromEntries(["/picture.svg", "/image.svg", "/behind.svg", "/shown.svg"].map((path) => [path, picture])),
  "/framed": "<p>framed</p>",
});
/** Shared on purpose: the search has to find these. */
const purposely = new Map([["text shared on purpose", "zqtextonpurpose"], ["value shared on purpose", "zqvalueonpurpose"]]);

await playing(
  async ({ journal, stage, server }) => {
    const { scene, step, note } = journal;
    const dana = await staffAt(stage, server, "Dana");
    await dana.available();

    scene("The demo company's pages look as the customer sees them");
    const ada = await customerAt(stage, "Ada", server.demo);
    await step("Ada signs in and shows her page", async () => {
      await ada.customer.signIn("Ada");
      await ada.ask("Bills and payments");
      await dana.accept();
      await ada.agree("Keep a recording");
      await ada.customer.minimise();
    });
    for (const path of ["/", "/tariffs", "/status"]) {
      await step(`${path} is painted at Dana's as at Ada's`, async () => {
        await ada.customer.goto(path);
        await ada.bar.waitFor();
        const picture = await allSee(note, `the page ${path}`, ada, [dana]);
        const equal = shareOfText(picture, await dana.painted());
        note(`${(100 * equal).toFixed(1)} % of the text is read on both sides; ${wordsOf(tallyOf(picture))}`);
        assert.ok(equal >= equal_text_min, `only ${(100 * equal).toFixed(1)} % of the text of ${path} is read at the desk`);
        await stage.sideBySide(`demo-${path.slice(1) || "home"}`, [["As Ada sees it", ada.page], ["The mirror at Dana's", dana.page.locator("iframe.mirror-frame")]]);
      });
    }
    await step("The talk ends", async () => {
      await dana.desk.finish();
      await dana.desk.wrapUp("Solved", "Ada: nothing more.");
      await ada.context.close();
    });

    const { secret, word, texts } = secretsOf();
    const visitor = await customerAt(stage, "A visitor", company.origin);
    const under = (profile) => (name, text) => secret(`${profile}: ${name}`, text === undefined ? undefined : text);
    /** Words in styles and values, of each profile its own. */
    const wordUnder = (profile) => (way) => word(`${profile}, in styles and values: ${way}`);
    const styled = Object.fromEntries(["strict", "public-site"].map((profile) => [profile, privateStyles(wordUnder(profile))]));
    for (const profile of ["strict", "public-site"]) {
      for (const way of ["picture of a private place", "pictures of a private place"]) company.pages[`/people/${wordUnder(profile)(way)}.png`] = picture;
    }
    const pathOf = (profile) => `/${profile};jsessionid=${wordUnder(profile)("parameter of the page's path")}`;
    for (const profile of ["strict", "public-site"]) company.pages[pathOf(profile)] = privatePage({ edge: server.edge, profile, secret: under(profile), styles: styled[profile] });

    scene("A page with every kind of private content");
    await step("A visitor of another site of the company's asks and shows the page", async () => {
      await visitor.customer.goto(`${pathOf("strict")}?token=${secret("query of the page's address")}#${secret("fragment of the page's address")}`);
      await turnPasswords(visitor.page, wordUnder("strict"));
      await visitor.ask("Moving house");
      await dana.accept();
      await visitor.agree("Keep a recording");
      await visitor.customer.minimise();
    });
    for (const profile of ["strict", "public-site"]) {
      await step(`Under the profile ${profile} the visitor browses, types, chooses; the page changes by itself`, async () => {
        const named = under(profile);
        if (profile !== "strict") {
          await visitor.customer.goto(`${pathOf(profile)}?token=${named("query of this page's address")}#${named("fragment of this page's address")}`);
          await turnPasswords(visitor.page, wordUnder(profile));
        }
        await visitor.bar.waitFor();
        await dana.shown("#on-purpose").waitFor();
        await stage.sideBySide(`private-${profile}`, [["The visitor's page", visitor.page], ["The mirror at Dana's", dana.page.locator("iframe.mirror-frame")]]);
        await fillIn(visitor.page, named);
        const late = Object.fromEntries(laterNames.map((name) => [name, named(name, name === "late number in a class" ? (profile === "strict" ? "59317046" : "59317047") : undefined)]));
        await visitor.page.evaluate(changeLater, late);
        await visitor.page.evaluate(restyle, styled[profile].later);
        await visitor.page.mouse.wheel(0, 400);
        await until(dana.page, "what was shared on purpose to arrive", async () => (await dana.shown("#shared-field").inputValue()) === "zqvalueonpurpose");
        await visitor.page.locator("#on-purpose").evaluate((element) => element.append(" (the end)"));
        await dana.shown("#on-purpose").filter({ hasText: "(the end)" }).waitFor();
        await stage.sideBySide(`private-${profile}-filled-in`, [["The visitor's page", visitor.page], ["The mirror at Dana's", dana.page.locator("iframe.mirror-frame")]]);
      });
    }

    scene("What is stored");
    const frames = await recordingOf(await deskApi(server, "kim"), await visitor.contactId());
    const recorded = frames.filter(({ kind }) => kind === "FRAME");
    await step("No secret is in any stored frame", async () => {
      const haystack = recorded.map(({ json }) => json).join("\n");
      const nodes = recorded.reduce((sum, { events }) => sum + [...nodesOf(events)].length, 0);
      note(`${recorded.length} frames, ${haystack.length} characters, ${nodes} nodes, unsealed and inflated; ${texts.size} secrets are looked for`);
      const ways = [...texts].filter(([name]) => name.includes(", in styles and values: "));
      const plain = ways.filter(([, text]) => /^\d+$|-/.test(text));
      note(`${ways.length} of them are words in ${wayNames.length} kinds of styles and values, ${plain.length} of these slugs and digits, such as ${plain.slice(0, 4).map(([, text]) => text).join(", ")}`);
      assert.ok(wayNames.length >= 120 && plain.length * 3 >= ways.length, "too few ways, or too few slugs and digits");
      const leaks = foundIn(haystack, texts);
      assert.deepEqual(leaks, [], `${leaks.length} of ${texts.size} secrets are stored`);
      for (const state of ["checked", "selected", "isChecked"]) {
        assert.ok(!new RegExp(`"${state}":(true|"|1)`).test(haystack), `a private field's ${state} is stored`);
      }
    });
    await step("The search can fail: what was shared on purpose is found", async () => {
      const found = foundIn(recorded.map(({ json }) => json).join("\n"), purposely);
      assert.deepEqual(found.map(({ name }) => name), [...purposely.keys()]);
      note(found.map(({ name, around }) => `${name}: …${around.slice(60, 130)}…`).join("\n             "));
    });
    await step("The search can fail: a word that is planted in a frame is found in every spelling", async () => {
      const haystack = recorded.map(({ json }) => json).join("\n");
      const control = new Map([["a planted slug", "ada-lovelace-qx"], ["a planted number", "804711"]]);
      assert.deepEqual(foundIn(haystack, control), []);
      for (const [name, text] of control) {
        for (const spelling of [...formsOf(text), text.toUpperCase()]) {
          const planted = haystack.replace('"attributes":{', `"attributes":{"data-state":"${spelling}",`);
          assert.deepEqual(foundIn(planted, control).map((hit) => hit.name), [name], `${spelling} was not found`);
        }
      }
      note(`two control words in ${[...control.values()].flatMap((text) => formsOf(text)).length} spellings: none was there, each was found once it was planted`);
    });
    await step("Dana's browser tells nobody where she is, and asks for no private address", async () => {
      const byStaff = company.asked.filter(({ referrer }) => !referrer?.startsWith(company.origin));
      const telling = byStaff.filter(({ referrer }) => referrer !== undefined && referrer !== `${server.mirror}/`);
      assert.deepEqual(telling, [], "the company's server was told who asks");
      assert.deepEqual(foundIn(byStaff.filter(({ kind }) => kind !== "document").map(({ path }) => path).join("\n"), texts), []);
      note(`${company.asked.length} requests reached the company's server; pictures of the mirror's came without a referrer, or with its bare origin`);
    });
  },
  { origins: [company.origin] },
);
company.close();
