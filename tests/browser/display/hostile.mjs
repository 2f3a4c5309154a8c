// Bad input, bad luck and bad intent: refused, or contained, without a freeze.
import { clocks } from "./hostile/clocks.mjs";
import { contained } from "./hostile/contained.mjs";
import { floods } from "./hostile/floods.mjs";
import { forged } from "./hostile/forged.mjs";
import { pushed } from "./hostile/pushed.mjs";
import { customerAt, playing, staffAt } from "./ground.mjs";
import { siteOf } from "./site.mjs";
import { networkAt } from "../network.mjs";

/** The company's own site, whose pages turn against it; and one that is nobody's. */
const [company, foreign] = await Promise.all([siteOf(), siteOf()]);
/** The customer comes from an address of its own, so that a server knows whose browser asks. */
const network = await networkAt("127.0.9.40");

/** What a browser's console says when it keeps something from happening, and of what the foreign server does not have. */
const refusedByTheBrowser = [/violates the following Content Security Policy directive/, /Unsafe attempt to/, /Blocked (opening|form submission|script execution)/, /Failed to load resource/];

await playing(
  async ({ journal, stage, server }) => {
    const { scene, step } = journal;
    const dana = await staffAt(stage, server, "Dana");
    await dana.available();
    const mallory = await customerAt(stage, "Mallory", company.origin, { network });
    const told = { journal, stage, server, company, foreign, network, dana, mallory };
    company.pages["/plain"] = plain(server.edge);

    scene("A talk with somebody who means no good");
    await step("A visitor asks, and shows a page", async () => {
      await mallory.customer.goto("/plain");
      await mallory.ask("Moving house");
      await dana.accept();
      await mallory.agree("Keep a recording");
      await mallory.customer.minimise();
      await dana.shown("h1").filter({ hasText: "A plain page" }).waitFor();
    });

    scene("Forged frames");
    await forged(told);
    scene("Pages that nobody may be led to, and hands without leave");
    await pushed(told);
    scene("Floods");
    await floods(told);
    scene("A page that tries to reach the desk");
    await stage.tolerating(refusedByTheBrowser, () => contained(told));
    scene("Wrong clocks");
    await clocks(told);
  },
  { origins: [company.origin] },
);
network.close();
company.close();
foreign.close();

function plain(edge) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Plain</title></head>
    <body><main><h1>A plain page</h1><p id="text">Nothing happens here.</p></main>
    <script src="${edge}/widget.js" async data-site="demo" data-profile="public-site" data-title="Ask us"></script></body></html>`;
}
