// A page whose rules are for everything: they end at the widget.
import assert from "node:assert/strict";
import { html, main } from "../html.mjs";

const css = `
  * { color: rgb(1, 2, 3) !important; font: italic 31px/3 fantasy !important; letter-spacing: 4px !important; text-transform: uppercase !important; word-spacing: 9px; text-align: right !important; cursor: crosshair !important; direction: rtl; visibility: inherit; --accent: red; --text: red !important; --surface: red }
  *::before, *::after { content: "!" !important; display: block !important }
  *::backdrop { background: rgba(255, 0, 0, 0.5) !important }
  html > :not(head, body), body > :not(main), :not(:defined) { display: none !important; visibility: hidden !important; opacity: 0 !important }
  lockstep-widget, lockstep-display { display: none !important; transform: scale(0) !important; width: 0 !important; pointer-events: none !important; animation: away 0.1s forwards !important }
  [popover] { margin: 99px !important; border: 9px solid red !important; inset: 0 !important }
  @keyframes away { to { translate: 3000px } }
`;

export default ({ edge }) => ({
  name: "rules",
  title: "Rules for everything",
  byPointer: true,
  files: {
    "/rules": html(edge, "Rules", { head: '<link rel="stylesheet" href="/rules.css">', body: main("Rules for everything") }),
    "/rules.css": { type: "text/css", body: css },
  },
  acts: [
    {
      what: "The widget looks as it does on any page",
      does: async ({ page }) => {
        const [style, host] = await page.evaluate(() => {
          const of = (element, ...names) => Object.fromEntries(names.map((name) => [name, getComputedStyle(element)[name]]));
          const widget = document.querySelector("lockstep-widget");
          const launcher = widget.shadowRoot.querySelector(".launcher");
          return [of(launcher, "letterSpacing", "textTransform", "fontStyle", "fontSize", "direction", "backgroundColor", "visibility"), of(widget, "borderTopWidth", "marginTop", "opacity", "transform")];
        });
        assert.deepEqual(style, { letterSpacing: "normal", textTransform: "none", fontStyle: "normal", fontSize: "16px", direction: "ltr", backgroundColor: "rgb(36, 80, 107)", visibility: "visible" });
        assert.deepEqual(host, { borderTopWidth: "0px", marginTop: "0px", opacity: "1", transform: "none" });
      },
    },
  ],
});
