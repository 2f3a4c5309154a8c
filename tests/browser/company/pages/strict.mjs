// A page with a strict content policy and Trusted Types.
import { html, main, widget } from "../html.mjs";

export default ({ edge }) => ({
  name: "strict",
  title: "A strict content policy with Trusted Types",
  files: {
    "/strict": {
      body: html(edge, "Strict", { head: '<link rel="stylesheet" href="/strict.css">', body: main("Nothing that was not agreed on", '<p id="later">Not yet.</p>') }),
      headers: {
        "content-security-policy": [
          "default-src 'none'",
          `script-src ${edge}`,
          `connect-src ${edge} ${edge.replace("http", "ws")}`,
          "style-src 'self'",
          "img-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "require-trusted-types-for 'script'",
          "trusted-types 'none'",
        ].join("; "),
      },
    },
    "/strict.css": { type: "text/css", body: "body{font:16px sans-serif} h2{color:teal}" },
  },
  acts: [{ what: "The page changes", does: ({ page }) => page.evaluate(() => document.querySelector("#later").replaceChildren("Now.", document.createElement("hr"))) }],
});
