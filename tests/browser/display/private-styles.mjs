// Private words in what a page writes into its styles and into the values of its attributes, and what once was a password.
import { type } from "../keys.mjs";

/** CSS that says `word` somewhere; each is a style of its own, so that no mistake in one hides the next. */
const rules = {
  "content of a rule": (word) => `#ways::after{content:"${word}"}`,
  "content by escapes": (word) => `#ways::before{content:"${[...word].map((sign) => `\\${sign.charCodeAt(0).toString(16)} `).join("")}"}`,
  quotes: (word) => `#ways q{quotes:"${word}" "${word}"}`,
  "text of a list style": (word) => `#ways li{list-style-type:"${word}"}`,
  "name of a list style": (word) => `#ways li{list-style-type:w-${word}}`,
  "name of a counter style": (word) => `@counter-style w-${word}{system:cyclic;symbols:"·"}`,
  "symbols of a counter style": (word) => `@counter-style w1{system:cyclic;symbols:"${word}"}`,
  "suffix of a counter style": (word) => `@counter-style w2{system:cyclic;symbols:"·";suffix:"${word}"}`,
  "value in a selector": (word) => `[data-user="${word}"]{color:green}`,
  "beginning in a selector": (word) => `[data-user^="${word}"]{color:green}`,
  "end in a selector": (word) => `[data-user$="${word}"]{color:green}`,
  "part in a selector": (word) => `[class*="${word}"]{color:green}`,
  "word in a selector": (word) => `[data-user~="${word}" i]{color:green}`,
  "language in a selector": (word) => `[lang|="${word}"]{color:green}`,
  "name of an attribute in a selector": (word) => `[data-w-${word}]{color:green}`,
  "class in a selector": (word) => `.w-${word}{color:green}`,
  "id in a selector": (word) => `#w-${word}{color:green}`,
  "part in a shadow tree": (word) => `::part(w-${word}){color:green}`,
  "class inside of a function": (word) => `p:is(.w-${word},main):not(#w-${word}){color:green}`,
  "nested class": (word) => `#ways{& .w-${word}{color:green}}`,
  "initial value of a property": (word) => `@property --w1{syntax:"*";inherits:false;initial-value:"${word}"}`,
  "syntax of a property": (word) => `@property --w2{syntax:"w-${word}|b";inherits:false;initial-value:b}`,
  "name of a property": (word) => `@property --w-${word}{syntax:"<length>";inherits:false;initial-value:0px}`,
  "name of a variable": (word) => `#ways{--w-${word}:1px;padding-top:var(--w-${word})}`,
  "text in a variable": (word) => `#ways{--w3:"${word}"}`,
  "word in a variable": (word) => `#ways{--w4:w-${word}}`,
  "in place of a variable": (word) => `#ways{color:var(--nothing,w-${word})}`,
  "name of a font": (word) => `@font-face{font-family:"w ${word}";src:local("w ${word}")}`,
  "font in use": (word) => `#ways{font-family:"w ${word}",w-${word},sans-serif}`,
  "name of keyframes": (word) => `@keyframes w-${word}{from{opacity:1}}`,
  "animation in use": (word) => `#ways{animation:w-${word} 9s}`,
  "name of a layer": (word) => `@layer w-${word}{#ways{opacity:1}}`,
  "name of a container": (word) => `@container w-${word} (width > 1px){#ways{opacity:1}}`,
  "container in use": (word) => `#ways{container:w-${word}/inline-size}`,
  "areas of a grid": (word) => `#ways{grid-template-areas:"w-${word} b"}`,
  "lines of a grid": (word) => `#ways{grid-template-columns:[w-${word}] 1fr}`,
  "place in a grid": (word) => `#ways p{grid-area:w-${word}}`,
  counter: (word) => `#ways{counter-reset:w-${word} 1}`,
  "name of a transition": (word) => `#ways{view-transition-name:w-${word}}`,
  "attribute in content": (word) => `#ways p::after{content:attr(data-w-${word})}`,
  "separator of counters": (word) => `#ways p::before{content:counters(w9,"${word}")}`,
  "text at the end of a line": (word) => `#ways{text-emphasis:"${word}"}`,
  "picture of a private place": (word) => `#private-way{background:url("/people/${word}.png")}`,
  "pictures of a private place": (word) => `#private-way{background-image:image-set("/people/${word}.png" 1x)}`,
  "condition of a browser": (word) => `@supports (color:w-${word}) or (color:red){#ways{opacity:1}}`,
  "selector as a condition": (word) => `@supports selector(.w-${word}){#ways{opacity:1}}`,
  "bounds of a rule": (word) => `@scope (#ways) to (.w-${word}){p{opacity:1}}`,
  "comment in a rule": (word) => `#ways{color:/*${word}*/green}`,
  "name of a page": (word) => `@page w-${word}{margin:1cm}`,
};
/** A sheet's way into the page beside `<style>`. */
const sheets = ["blob", "data", "adopted", "inserted", "written later", "imported"];
/** Attributes of which everybody reads some words. */
const attributes = [
  ...["role", "lang", "dir", "type", "align", "slot", "part", "popover", "contenteditable", "aria-current", "aria-haspopup", "aria-live", "aria-orientation", "aria-invalid", "aria-hidden"],
  ...["data-state", "data-theme", "data-open", "data-active", "data-side", "data-align", "data-orientation", "data-disabled", "data-variant", "data-size", "data-color-scheme", "data-mode", "data-user"],
  ...["class", "id", "hidden", "bgcolor", "width", "media", "rr_open_mode", "rr_width", "data-rr-is-password"],
];

export const wayNames = [
  ...Object.keys(rules),
  ...sheets.map((way) => `sheet, ${way}`),
  ...attributes.map((name) => `value of ${name}`),
  ...attributes.map((name) => `later value of ${name}`),
  ...["style attribute", "variable of a style attribute", "list style of a style attribute", "declared by a program", "variable by a program", "fill of a drawing", "font of a drawing", "reference in a drawing", "mask of a drawing"],
  ...["parameter of the page's path", "parameter of a link's path", "encoded parameter of a path", "was a password", "was a password, typed", "took a password's place", "was a card's number"],
];

/** `word` gives each way its own. What stands in `head`, in `body`, and what is done later, evaluated in the page. */
export function privateStyles(word) {
  const data = (css) => `data:text/css,${encodeURIComponent(css)}`;
  const styles = Object.entries(rules).map(([way, css]) => `<style>${css(word(way))}</style>`);
  const told = attributes.map((name) => `<p ${name}="${word(`value of ${name}`)}">·</p>`);
  const style = `list-style-type:"${word("list style of a style attribute")}";--w7:w-${word("variable of a style attribute")};font-family:w-${word("style attribute")}`;
  return {
    head: `${styles.join("\n")}<link rel="stylesheet" href="${data(`#ways::marker{content:"${word("sheet, data")}"} .w-${word("sheet, data")}{color:red}`)}">
      <style>@import url("${data(`#ways{quotes:"${word("sheet, imported")}" "·"}`)}");</style>`,
    body: `<section id="ways" data-private><div id="private-way">·</div>
      ${told.join("\n      ")}
      <p style='${style}' id="styled">·</p>
      <svg width="9" height="9" fill="w-${word("fill of a drawing")}" font-family="w-${word("font of a drawing")}"><use href="#w-${word("reference in a drawing")}"/><rect mask="url(#w-${word("mask of a drawing")})" width="5" height="5"/></svg></section>
      <p><a href="/a;jsessionid=${word("parameter of a link's path")}/b">·</a> <a href="/a%3Bid=${word("encoded parameter of a path")}">·</a></p>
      <p><input id="was-password" type="password" data-lockstep-share value="${word("was a password")}"><input id="typed-password" type="password" data-lockstep-share>
      <span id="place"><input id="pin" type="password" name="pin" data-lockstep-share></span>
      <input id="was-card" autocomplete="cc-number" data-lockstep-share value="${word("was a card's number")}"></p>`,
    later: {
      ...Object.fromEntries(sheets.map((way) => [way, word(`sheet, ${way}`)])),
      attributes: attributes.map((name) => [name, word(`later value of ${name}`)]),
      declared: word("declared by a program"),
      variable: word("variable by a program"),
    },
  };
}

/** Before anything is shown: passwords are typed and turned into texts, as a button that shows them does. */
export async function turnPasswords(page, word) {
  await type(page.locator("#typed-password"), word("was a password, typed"));
  await type(page.locator("#pin"), word("took a password's place"));
  await page.evaluate(() => {
    for (const id of ["was-password", "typed-password"]) document.getElementById(id).type = "text";
    const pin = document.getElementById("pin");
    const other = Object.assign(document.createElement("input"), { name: "pin", value: pin.value });
    other.setAttribute("data-lockstep-share", "");
    other.setAttribute("value", pin.value);
    pin.replaceWith(other);
    document.getElementById("was-card").autocomplete = "off";
  });
}

/** What the page's own programs do to its styles and values; evaluated in the page. */
export function restyle(texts) {
  const linked = document.createElement("link");
  linked.rel = "stylesheet";
  linked.href = URL.createObjectURL(new Blob([`#ways::before{content:"${texts.blob}"} .w-${texts.blob}{color:red}`], { type: "text/css" }));
  document.head.append(linked);
  const adopted = new CSSStyleSheet();
  adopted.replaceSync(`#ways p{quotes:"${texts.adopted}" "·"} [data-user="${texts.adopted}"]{color:red}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, adopted];
  const style = document.createElement("style");
  style.textContent = `#ways li{list-style-type:"${texts["written later"]}"}`;
  document.head.append(style);
  style.sheet.insertRule(`[data-user="${texts.inserted}"]::after{content:"${texts.inserted}"}`);
  style.sheet.cssRules[1].style.setProperty("list-style-type", `"${texts.declared}"`);
  const changed = document.createElement("p");
  document.querySelector("#ways").append(changed);
  for (const [name, word] of texts.attributes) changed.setAttribute(name, word);
  changed.style.setProperty("--w8", `w-${texts.variable}`);
}
