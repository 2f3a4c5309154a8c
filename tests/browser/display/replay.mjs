// After the contact: what was recorded beside what was painted live, at several instants.
import assert from "node:assert/strict";
import { alike } from "./same.mjs";

export async function replayed({ stage, journal: { step, note }, kim }, remembered) {
  assert.equal(remembered.length, 5);
  await step("Kim opens the contact in history and its replay", async () => {
    await kim.openReplay("Ada");
    await stage.look("replay", kim.page, [{ width: 1440, height: 900 }]);
  });
  await step("At five instants the replay is painted as the page was live", async () => {
    for (const [n, { what, at, customer, live, widgets }] of [...remembered.entries()].sort(([one], [other]) => ((one * 3) % 5) - ((other * 3) % 5))) {
      await kim.seekReplay(at);
      const { words, took_ms } = await alike(kim.page, `the replay at ${new Date(at).toISOString()}, ${what}`, () => live, () => kim.painted());
      await alike(kim.page, `the replay beside the customer's own page then, ${what}`, () => customer, () => kim.painted());
      for (const [name, widget] of widgets) await alike(kim.page, `the widget ${name} in the replay, ${what}`, () => widget, () => kim.paintedWidget(name), 5);
      note(`${what}: ${words}, equal to the live mirror and to the customer's page  (${Math.round(took_ms)} ms)`);
      await stage.sideBySide(`replay-${n + 1}`, [[what, kim.page]]);
    }
  });
}
