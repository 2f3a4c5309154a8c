// Sheets that are adopted before their root has anything in it, and slots that are filled by hand.
import { html, main } from "../html.mjs";

const script = `
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("p{color:rgb(0, 128, 128);padding:5px;background:rgb(240, 250, 250)}");
  customElements.define("late-card", class extends HTMLElement {
    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    }
    connectedCallback() {
      setTimeout(() => (this.shadowRoot.innerHTML = "<p>A card that comes late: <slot></slot></p>"), 200);
    }
  });
`;

export default ({ edge }) => ({
  name: "adopted",
  title: "Sheets adopted in late roots",
  files: { "/adopted": html(edge, "Adopted", { body: `${main("Sheets adopted in late roots", "<late-card>one</late-card><late-card>two</late-card>")}<script>${script}</script>` }) },
  ready: (page) => page.locator("late-card p").first().waitFor(),
});
