// A page of 100 000 nodes; played on its own.
import { html, main } from "../html.mjs";

const nodes = 100_000;

export default ({ edge }) => ({
  name: "large",
  title: "A page of 100 000 nodes",
  files: { "/large": html(edge, "Large", { body: main("A page of 100 000 nodes", `<div id="many">${"<p>a<b>b</b></p>".repeat(nodes / 4)}</div>`) }) },
  // So many are not compared one by one.
  judged: false,
  acts: [
    {
      what: "The page changes, and Dana sees it",
      does: async ({ page, dana }) => {
        await page.evaluate(() => document.querySelector("h1").append(", changed"));
        await dana.shown("h1").filter({ hasText: "changed" }).waitFor();
      },
    },
  ],
});
