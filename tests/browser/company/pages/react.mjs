// A React app with its own state.
import { html } from "../html.mjs";

export default ({ edge, app }) => ({
  name: "react",
  title: "A React app",
  files: { "/react": html(edge, "React", { body: '<div id="app"></div><script type="module" src="/react.js"></script>' }), "/react.js": { type: "text/javascript", body: app("react") } },
  ready: (page) => page.locator("#count").waitFor(),
  acts: [
    {
      what: "The visitor types and counts in the app",
      does: async ({ page }) => {
        await page.locator("#name").click();
        await page.keyboard.type("ada");
        await page.locator("#more").click();
        await page.locator("#more").click();
        await page.getByText("3 lamps for ADA").waitFor();
      },
    },
  ],
});
