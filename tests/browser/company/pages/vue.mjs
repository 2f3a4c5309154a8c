// A Vue app with its own state.
import { html } from "../html.mjs";

export default ({ edge, app }) => ({
  name: "vue",
  title: "A Vue app",
  files: { "/vue": html(edge, "Vue", { body: '<div id="app"></div><script type="module" src="/vue.js"></script>' }), "/vue.js": { type: "text/javascript", body: app("vue") } },
  ready: (page) => page.locator("#count").waitFor(),
  acts: [
    {
      what: "The visitor adds a wish in the app",
      does: async ({ page }) => {
        await page.locator("#wish").click();
        await page.keyboard.type("A rug");
        await page.locator("#add").click();
        await page.getByText("4 wishes").waitFor();
      },
    },
  ],
});
