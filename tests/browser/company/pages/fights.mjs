// A page that removes again and again what it does not know: it gets its way, and nothing of it is shown any more.
import assert from "node:assert/strict";
import { html, main } from "../html.mjs";

export default ({ edge }) => ({
  name: "fights",
  title: "A page that fights",
  files: { "/fights": html(edge, "Fights", { body: main("A page that fights", '<p id="later">Not yet.</p>') }) },
  acts: [
    {
      what: "Whatever comes beside the body is removed at once: after a while sharing pauses, and Dana is told",
      stands: false,
      judged: false,
      does: async ({ page, dana, note }) => {
        const { removed, told } = await page.evaluate(
          () =>
            new Promise((done) => {
              let removed = 0;
              window.fighter = new MutationObserver(() => {
                for (const element of document.querySelectorAll("lockstep-widget, lockstep-display")) {
                  removed += 1;
                  element.remove();
                }
              });
              addEventListener("lockstep-gone", () => done({ removed, told: true }));
              window.fighter.observe(document.documentElement, { childList: true });
              document.documentElement.append(document.createElement("i"));
            }),
        );
        assert.ok(told && removed > 10 && removed < 100, `it was removed ${removed} times`);
        note(`it was put back ${removed} times, then no more`);
        await dana.pane.getByText(/paused/i).first().waitFor();
      },
    },
    {
      what: "The page asks for it by lockstep.open(), and sharing goes on when the visitor says so",
      does: async ({ page, visitor }) => {
        await page.evaluate(() => {
          window.fighter.disconnect();
          window.lockstep.open();
        });
        await visitor.customer.panel.waitFor();
        await page.keyboard.press("Escape");
        await visitor.customer.panel.waitFor({ state: "detached" });
        await visitor.bar.getByRole("button", { name: "Resume" }).click();
        await page.evaluate(() => document.querySelector("#later").append(" Now."));
      },
    },
  ],
});
