// The mirror shows what is there: pages of others with what is easily lost, judged by what is painted on both sides.
import assert from "node:assert/strict";
import { customerAt, playing, staffAt, until } from "./ground.mjs";
import { allSee } from "./same.mjs";
import { pages, pictures, sheets, shorthands } from "./shown-pages.mjs";
import { siteOf } from "./site.mjs";

const company = await siteOf({ ...pictures, ...Object.fromEntries(Object.entries(sheets).map(([path, body]) => [path, { type: "text/css", body }])) });

/** What lies over what at these places, by the ids of the elements; evaluated in the browser. */
function lyingAt({ mirror, places }) {
  const shown = mirror ? document.querySelector("#stage iframe").contentDocument : document;
  const named = (element) => (element === null ? "" : element.id || named(element.parentElement));
  return places.map(([x, y]) => named(shown.elementFromPoint(x, y)));
}

await playing(
  async ({ journal, stage, server }) => {
    const { scene, step, note } = journal;
    Object.assign(company.pages, pages(server.edge));
    const dana = await staffAt(stage, server, "Dana");
    await dana.available();
    const ada = await customerAt(stage, "Ada", company.origin);
    const { page } = ada;
    // A document that a page has written has no script tag to be asked.
    ada.rule = () => Promise.resolve({ share: "header, nav, main, footer, aside", hide: "[data-private], [contenteditable]" });
    const here = (work, argument) => page.evaluate(work, argument);
    const both = (what) => allSee(note, what, ada, [dana]);
    /** Asked of an element there by the page around it: a frame that runs nothing complains of being asked itself. */
    const there = async (selector, work) => {
      const element = await (await dana.frame()).evaluateHandle((at) => document.querySelector("#stage iframe").contentDocument.querySelector(at), selector);
      return element.evaluate(work);
    };
    /** Dana comes anew: the picture is that of the log. */
    const late = async (what) => {
      await dana.page.reload();
      await both(`${what}, for who comes late`);
    };
    const open = async (path) => {
      await ada.customer.goto(path);
      await ada.bar.waitFor();
    };
    const order = async (what, places) => {
      const mine = await here(lyingAt, { mirror: false, places });
      const frame = await dana.frame();
      await until(dana.page, `${what}: the same on top, ${mine}`, async () => String(await frame.evaluate(lyingAt, { mirror: true, places })) === String(mine));
      note(`on top: ${mine.join(", ")}`);
    };
    const shown = (name) => stage.sideBySide(name, [["The customer's page", page], ["The mirror", dana.page.locator("iframe.mirror-frame")]]);

    scene("Styles");
    await step("Ada shows a page whose shorthands have variables", async () => {
      await ada.customer.goto("/shorthands");
      await ada.ask("Moving house");
      await dana.accept();
      await ada.agree("Keep a recording");
      await ada.customer.minimise();
      await both(`${Object.keys(shorthands).length} shorthands, written, linked, grouped, imported, inserted, nested, adopted`);
      await shown("shorthands");
      await late("the shorthands");
    });
    await step("Rules come, go and are replaced", async () => {
      await here((css) => {
        const { sheet } = document.getElementById("inserted");
        sheet.insertRule(`p.typed{${css}}`, 0);
        sheet.deleteRule(3);
        sheet.cssRules[1].style.setProperty("margin", "var(--g)");
        document.getElementById("inline").style.cssText += ";margin:var(--g);margin-left:1px";
        document.querySelector("x-adopted").shadowRoot.adoptedStyleSheets[0].replaceSync(`:host{display:block;border:2px solid red} b{${css}}`);
      }, shorthands.padding);
      await both("the changed rules");
      await late("the changed rules");
    });

    scene("The top layer");
    await step("Menus open in menus", async () => {
      await open("/top-layer");
      await page.locator("#auto-button").press("Enter");
      await both("a menu");
      await page.locator("#nested-button").press("Enter");
      await both("a menu in a menu");
      await shown("menus");
      await late("a menu in a menu");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await both("no menu");
    });
    await step("What is opened later lies over what was opened before", async () => {
      const places = [[50, 70], [90, 95], [130, 118], [170, 138], [700, 500]];
      await here(() => document.getElementById("inner").showPopover());
      await here(() => document.getElementById("hand").showPopover());
      await both("two popovers");
      await order("two popovers", places);
      await here(() => document.getElementById("modal").showModal());
      await here(() => document.getElementById("over").showPopover());
      await both("a dialog over them");
      await order("a dialog over them", places);
      await shown("dialog");
      await late("a dialog over them");
      await order("a dialog over them, for who comes late", places);
      await here(() => (document.getElementById("modal").close(), document.getElementById("hand").hidePopover()));
      await both("the dialog is closed");
    });
    await step("Dialogs and details in the flow, a popover in a shadow root", async () => {
      await here(() => {
        document.getElementById("inner").hidePopover();
        document.getElementById("flow").show();
        document.getElementById("details").open = true;
        document.querySelector("x-root").shadowRoot.getElementById("in-root").showPopover();
      });
      await both("dialog, details and a popover in a root");
      await late("dialog, details and a popover in a root");
    });

    await step("Something fills the screen", async () => {
      await here(() => (document.getElementById("flow").close(), document.querySelector("x-root").shadowRoot.getElementById("in-root").hidePopover()));
      await page.locator("#fill").press("Enter");
      await page.waitForFunction(() => document.fullscreenElement?.id === "whole");
      await both("something that fills the screen");
      await shown("full");
      await late("something that fills the screen");
      await here(() => document.exitFullscreen());
      await both("the page again");
    });

    scene("Pictures");
    await step("Pictures whose address stays where it is", async () => {
      await open("/pictures");
      await both("pictures with queries, sets, sources, blobs, behind things");
      await shown("pictures");
      await late("pictures with queries");
      const asked = company.asked.filter(({ path }) => /id=7[678]/.test(path)).length;
      assert.equal(asked, 3, "a private picture was asked for again");
      const leaked = await there("html", (page) =>
        [...page.querySelectorAll("*")].filter((one) => /id=7[678]/.test((one.getAttribute("src") ?? "") + getComputedStyle(one).backgroundImage)).length,
      );
      assert.equal(leaked, 0, "a private picture is shown");
    });
    await step("They come later, and change", async () => {
      await here(() => {
        document.getElementById("late-picture").src = "/image?id=20";
        document.getElementById("query").src = "/image?id=41";
        document.querySelector(".grouped").style.background = 'url("/image?id=29")';
        document.querySelector("main").insertAdjacentHTML("beforeend", '<p class="later">later</p>');
        document.styleSheets[0].insertRule('h1{background:url("/image?id=25")}');
      });
      await both("other pictures");
      await late("other pictures");
    });

    scene("Fonts");
    await step("Fonts that a program has added, before the page was recorded and while it is", async () => {
      await open("/fonts");
      await page.waitForFunction(() => [...document.fonts].filter(({ status }) => status === "loaded").length === 2);
      await both("fonts of an address and of bytes");
      await here(() => {
        const later = new FontFace("Three", "url(/fonts/one.woff2)", { weight: "100 900" });
        document.fonts.add(later);
        return later.load().then(() => undefined);
      });
      await both("a font that came later");
      await shown("fonts");
      await late("fonts");
    });
    await step("What never comes holds up nothing", async () => {
      await here(() => {
        document.head.insertAdjacentHTML("beforeend", '<link rel="stylesheet" href="/never.css"><style>@font-face{font-family:Never;src:url(/never.woff2)} .never{font:20px Never,serif}</style>');
        document.querySelector("main").insertAdjacentHTML("beforeend", '<p class="never">In a font that never comes</p><img src="/never.png" width="30" height="30" alt=""><p>and after it</p>');
      });
      await dana.shown("p").filter({ hasText: "and after it" }).waitFor();
      await both("things that never come");
      await late("things that never come");
    });

    scene("Another document");
    await step("The page puts another root into its place", async () => {
      await open("/other");
      await both("the first document");
      await here(() => {
        const root = document.documentElement.cloneNode(true);
        for (const ours of root.querySelectorAll("lockstep-widget,lockstep-display,script")) ours.remove();
        root.querySelector("p:last-of-type").textContent = "The second document";
        document.replaceChild(root, document.documentElement);
      });
      await dana.shown("p").filter({ hasText: "The second document" }).waitFor();
      await both("the second document");
      await here(() => document.querySelector("main").insertAdjacentHTML("beforeend", "<p>and what comes after</p>"));
      await both("what comes after");
      await late("what comes after");
    });
    for (const closes of [true, false]) {
      await step(`The page writes itself anew${closes ? "" : ", and never says that it is done"}`, async () => {
        await here((done) => {
          const words = "<span>word</span> ".repeat(20);
          document.open();
          document.write(`<!doctype html><title>Written</title><main><h1>Written ${done}</h1><p>${words}</p><input id="field" data-lockstep-share></main>`);
          if (done) document.close();
        }, closes);
        await dana.shown("h1").filter({ hasText: `Written ${closes}` }).waitFor();
        await both("the written document");
        await here(() => document.querySelector("main").insertAdjacentHTML("beforeend", "<p>and what comes after</p>"));
        await page.locator("#field").pressSequentially("abc");
        await both("what comes after");
        await late("what comes after");
      });
    }

    scene("Properties");
    await step("What stands in no attribute", async () => {
      await open("/properties");
      const indeterminate = () => there("#some", ({ indeterminate: some }) => some);
      await both("a page with properties");
      assert.equal(await indeterminate(), true);
      assert.equal(await there("#private-some", ({ indeterminate: some }) => some), false, "the state of a private field is told");
      await shown("properties");
      await late("a page with properties");
      assert.equal(await indeterminate(), true);
      await page.locator("#some").press("Space");
      await both("a box that is ticked");
      assert.equal(await indeterminate(), false);
    });
    await step("They change", async () => {
      await page.locator("#many option").nth(1).click();
      await page.locator("#many option").nth(3).click({ modifiers: ["Control"] });
      await here(() => {
        const at = (id) => document.getElementById(id);
        at("scroller").scrollTo(30, 120);
        at("area").style.width = "333px";
        at("states").own.add("far");
        at("rooted").own.add("größer");
        for (const id of ["choice", "private-choice"]) at(id).own.add("checked");
        document.head.insertAdjacentHTML("beforeend", "<style>x-rooted:state(later){border:3px solid teal}</style>");
        at("progress").setAttribute("value", "4");
        at("meter").setAttribute("value", "9");
        at("slots").put([], [at("slots").children[1], at("slots").lastChild]);
        const root = at("late").attachShadow({ mode: "open" });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("p{padding:30px;background:rgb(200, 230, 250)}");
        root.adoptedStyleSheets = [sheet];
        setTimeout(() => (root.innerHTML = "<p>came late</p>"), 300);
      });
      await page.locator("#late p").waitFor();
      await both("the changed properties");
      const said = () => there("#many", (element) => String([...element.selectedOptions].map(({ index }) => index)));
      assert.equal(await said(), "1,3");
      const outlined = () => Promise.all(["#choice", "#private-choice"].map((id) => there(id, (element) => getComputedStyle(element).outlineStyle)));
      assert.deepEqual(await outlined(), ["solid", "none"], "a choice is shown where it says so itself");
      assert.deepEqual(await there("#scroller", ({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]), [30, 120]);
      await late("the changed properties");
      assert.equal(await said(), "1,3");
      await here(() => (document.getElementById("states").own.clear(), document.getElementById("rooted").own.delete("größer")));
      await both("states that are gone");
      await shown("properties-changed");
    });
  },
  { origins: [company.origin] },
);
company.close();
