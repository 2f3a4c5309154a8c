// A page that is swapped for another without being loaded, in the ways in which libraries do it.
import { html, main, widget } from "../html.mjs";

const ways = {
  "document.body.innerHTML = …": (next) => (document.body.innerHTML = next),
  "document.body.replaceWith(…), as Turbo does it": (next) => {
    const body = document.createElement("body");
    body.innerHTML = next;
    document.body.replaceWith(body);
  },
  "document.documentElement.replaceChild(…)": (next) => {
    const body = document.createElement("body");
    body.innerHTML = next;
    document.documentElement.replaceChild(body, document.body);
  },
  "document.documentElement.innerHTML = …": (next) => (document.documentElement.innerHTML = `<head><title>Swapped</title></head><body>${next}</body>`),
  "everything that the page does not know is removed": () => {
    for (const element of document.querySelectorAll("html > *, body > *")) if (!element.matches("head, body, main, script")) element.remove();
  },
};

export default ({ edge }) => ({
  name: "swaps",
  title: "A body that is swapped",
  files: { "/swaps": html(edge, "Swaps", { body: main("A body that is swapped") }) },
  acts: Object.entries(ways).map(([what, way], at) => ({
    what,
    does: async ({ page }) => {
      const there = await page.evaluate(
        async ([source, next]) => {
          new Function("next", `(${source})(next)`)(next);
          await null;
          await null;
          return ["lockstep-widget", "lockstep-display"].map((tag) => document.querySelector(tag)?.isConnected === true);
        },
        [way.toString(), main(`Swapped, ${at}`) + widget(edge)],
      );
      if (there.includes(false)) throw new Error(`after ${what} the widget and the bar were not back in the same turn`);
    },
  })),
});
