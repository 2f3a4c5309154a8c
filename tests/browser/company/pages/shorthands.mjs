// Variables in shorthands, with one side said anew.
import { html, main } from "../html.mjs";

const css = `
  :root { --g: 14px; --line: 2px solid rgb(0, 128, 128); --paint: rgb(240, 250, 250) }
  .a { padding: var(--g); padding-bottom: 3px } .b { margin: var(--g) calc(2 * var(--g)); margin-left: 1px } .c { border: var(--line); border-left-width: 9px }
  .d { background: var(--paint); background-position: 3px 3px } .e { position: relative; inset: var(--g) auto auto var(--g); top: 2px } .f { font: 20px/1.4 var(--face, serif); font-weight: 700 }
`;

export default ({ edge }) => ({
  name: "shorthands",
  title: "Variables in shorthands",
  files: {
    "/shorthands": html(edge, "Shorthands", {
      head: `<style>${css}</style><link rel="stylesheet" href="/shorthands.css">`,
      body: main("Variables in shorthands", ["a", "b", "c", "d", "e", "f"].map((name) => `<p class="${name} ${name}2">The side of ${name}</p>`).join("")),
    }),
    "/shorthands.css": { type: "text/css", body: ".a2{padding:var(--g);padding-top:2px} .c2{border:var(--line);border-bottom-width:5px}" },
  },
});
