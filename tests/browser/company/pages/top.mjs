// What the page itself shows above everything: popovers, and dialogs beside which nothing can be used.
import assert from "node:assert/strict";
import { html, main } from "../html.mjs";

const more = `
  <button id="menu" popovertarget="over">Menu</button>
  <div popover id="over"><p>A popover of the page's</p></div>
  <button id="ask">Ask</button>
  <dialog id="question"><form method="dialog"><p>A question of the page's</p><label>Answer <input id="answer"></label><button id="done">Done</button></form></dialog>
`;

export default ({ edge }) => ({
  name: "top",
  title: "Popovers and dialogs",
  files: {
    "/top": html(edge, "Top", {
      head: "<style>::backdrop{background:rgb(0 0 0/60%)} dialog{transform:rotate(1deg);overflow:hidden} dialog *{letter-spacing:2px}</style>",
      body: `${main("Popovers and dialogs", more)}<script>document.querySelector("#ask").onclick = () => document.querySelector("#question").showModal();</script>`,
    }),
  },
  acts: [
    { what: "The page opens a popover", does: ({ page }) => page.locator("#menu").click() },
    {
      what: "The page asks something in a modal dialog: the widget is usable in it",
      does: async ({ page }) => {
        await page.locator("#ask").click();
        await page.locator("#answer").waitFor();
        await page.keyboard.type("half an ans");
        assert.equal(await page.locator("#question lockstep-widget").count(), 1);
      },
    },
    {
      what: "The dialog is closed: it has kept what was typed",
      does: async ({ page }) => {
        assert.equal(await page.locator("#answer").inputValue(), "half an ans");
        await page.locator("#done").click();
        await page.locator("html > lockstep-widget").waitFor();
      },
    },
  ],
});
