// A document that is opened and written anew after it was loaded: all listeners of the page are gone then.
import { html, main, widget } from "../html.mjs";

export default ({ edge }) => ({
  name: "written",
  title: "A document that is written anew",
  files: { "/written": html(edge, "Written", { body: main("A document that is written anew") }) },
  acts: [
    {
      what: "document.open(), write(), close()",
      does: ({ page }) =>
        page.evaluate((next) => {
          document.open();
          document.write(next);
          document.close();
        }, `<!doctype html><html lang="en"><head><title>Written</title></head><body>${main("Written anew")}${widget(edge)}</body></html>`),
    },
    {
      what: "document.replaceChild(…, document.documentElement)",
      does: ({ page }) =>
        page.evaluate((next) => {
          const root = document.createElement("html");
          root.innerHTML = next;
          document.replaceChild(root, document.documentElement);
        }, `<head><title>Replaced</title></head><body>${main("Another root")}${widget(edge)}</body>`),
    },
  ],
});
