// A body that is moved, filtered and cut off, with other units and from right to left.
import { html, main } from "../html.mjs";

const css = `
  html { font-size: 62.5%; overflow: hidden; height: 100% }
  body { margin: 0; padding: 2rem; transform: translate(12px, 8px) scale(0.98); filter: saturate(0.9); perspective: 400px; contain: paint; overflow: hidden; height: 90%; zoom: 1.1; font: 1.6rem/1.5 sans-serif }
  .over { position: fixed; inset: auto 0 0 auto; width: 60%; height: 40%; z-index: 2147483647; background: rgb(250 240 200 / 90%) }
`;

export default ({ edge }) => ({
  name: "transformed",
  title: "A body that is transformed",
  files: {
    "/transformed": html(edge, "Transformed", { head: `<style>${css}</style>`, body: `${main("A body that is transformed", '<div class="over">Something that lies above everything</div>')}` }).replace("<html", '<html dir="rtl"'),
  },
});
