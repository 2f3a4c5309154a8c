// Lockstep on pages that other people wrote: on each the customer is served, and staff see what is painted.
//
//   node tests/browser/company/company.mjs [page…]
//
// LARGE=1 adds the page of 100 000 nodes.
import assert from "node:assert/strict";
import { customerAt, playing, small, staffAt } from "../display/ground.mjs";
import { siteOf } from "../display/site.mjs";
import { appsFor } from "./apps.mjs";
import { pagesOf } from "./pages.mjs";
import { served } from "./served.mjs";
import { watched } from "./watched.mjs";

const company = await siteOf();
const asked = process.argv.slice(2);
const apps = await appsFor(asked);

await playing(
  async ({ journal, stage, server }) => {
    const { scene, step } = journal;
    const dana = await staffAt(stage, server, "Dana");
    await dana.available();
    const visitor = await customerAt(stage, "The visitor", company.origin);
    await watched(visitor.context);
    const pages = pagesOf({ edge: server.edge, apps, large: process.env.LARGE === "1" }).filter(({ name }) => asked.length === 0 || asked.includes(name));
    assert.notEqual(pages.length, 0, `no page is called ${asked.join(", ")}`);
    for (const { files } of pages) Object.assign(company.pages, files);
    const told = { journal, stage, dana, visitor, small };

    scene(pages[0].title);
    await step("A visitor asks, and agrees to show the page", async () => {
      await visitor.customer.goto(`/${pages[0].name}`);
      await visitor.ask("Moving house");
      await dana.accept();
      await visitor.agree("Keep a recording");
      await visitor.customer.minimise();
    });
    for (const [at, page] of pages.entries()) {
      if (at > 0) scene(page.title);
      await served(told, page, at > 0);
    }
  },
  { origins: [company.origin] },
);
company.close();
