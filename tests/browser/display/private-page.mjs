// A page with every kind of private content: what is in it as it loads, and what is done on it later.
import { choose, type, typeWhen } from "../keys.mjs";
import { widgetTag } from "./site.mjs";

/** Fields by their type, with a text that each takes. */
const fields = {
  text: null,
  search: null,
  url: "https://zqurlfieldsecret.example/",
  email: "zqemailfieldsecret@mail.example",
  tel: "01632960417",
  number: "73190451",
  date: "1987-03-19",
  month: "1983-07",
  week: "1984-W37",
  time: "03:17:29",
  "datetime-local": "1986-11-23T04:51",
  color: "#7a3b9c",
  range: "73194586",
};
/** What is typed over it; a range and a colour are moved by arrows, and have what comes of it. */
const typed = { text: null, search: null, url: "https://zqtypedurlsecret.example/", email: "zqtypedmailsecret@mail.example", tel: "01632960855", number: "48205917", date: "1979-08-27", month: "1977-10", week: "1976-W41", time: "21:43:53", "datetime-local": "1974-12-13T22:39" };
/** Never shown, even when somebody marks it as shared. */
const uses = ["cc-number", "cc-csc", "cc-exp", "section-pay billing cc-name", "one-time-code", "current-password", "new-password"];

/** Under `public-site` what stands in `main` is shown: there, personal text is marked as the contract says. */
export function privatePage({ edge, profile, secret, styles }) {
  const shared = profile === "public-site";
  const hidden = shared ? "data-private" : "";
  const s = secret;
  const inputs = Object.entries(fields).map(([type, text]) => `<label>${type} <input id="f-${type}" type="${type}" ${type === "range" ? 'min="0" max="99999999"' : ""} value="${s(`value of ${type}`, text ?? undefined)}"></label>`);
  const special = uses.map((use, n) => `<input id="u-${n}" data-lockstep-share autocomplete="${use}" value="${s(`value of ${use}`)}">`);
  const picture = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text y="15">${s("text in an inline picture")}</text></svg>`)}`;
  const attributes = ["title", "aria-label", "aria-description", "aria-placeholder", "aria-roledescription", "aria-valuetext", "data-customer", "data-label", "itemid", "customer-of", "nonce", "accesskey", "translate", "about", "content"];
  return `<!doctype html>
<html lang="en" data-who="${s("data attribute of the root")}">
<head>
  <meta charset="utf-8">
  <title>${s("title")}</title>
  <meta name="description" content="${s("meta description")}">
  <meta property="og:title" content="${s("meta property")}">
  <link rel="stylesheet" href="/private.css?token=${s("query of a style sheet")}">
  <link rel="canonical" href="/private?token=${s("query of a canonical link")}#${s("fragment of a canonical link")}">
  <style>
    /* ${s("comment in a style")} */
    .written::after { content: "${s("content in a style")}"; }
    .attribute::after { content: attr(data-of); }
    .behind { background-image: url("/behind.svg?token=${s("query in a style's url")}"); width: 20px; height: 20px; }
    :root { --who: "${s("custom property in a style")}"; }
  </style>
  ${styles.head}
  <script>window.who = "${s("script")}";</script>
  <script type="application/json">{"who":"${s("data script")}"}</script>
</head>
<body>
<main>
  <h1 ${shared ? "" : "data-lockstep-share"}>A page of ours</h1>
  <p data-lockstep-share id="on-purpose">Shared on purpose: zqtextonpurpose</p>
  <input data-lockstep-share id="shared-field" value="before">
  <!-- ${s("comment")} -->
  <noscript>${s("noscript")}</noscript>
  <template><p>${s("template")}</p></template>

  <section ${hidden} id="texts">
    <p>${s("text")}</p>
    <p class="written attribute" data-of="${s("attr() in content")}">${s("text beside written content")}</p>
    <pre>${s("pre")}</pre><ruby>${s("ruby")}<rt>${s("ruby text")}</rt></ruby>
    <details><summary>${s("summary")}</summary>${s("details")}</details>
    <dialog open>${s("dialog")}</dialog><output>${s("output")}</output>
    <table><caption>${s("caption")}</caption><tr><td>${s("cell")}</td></tr></table>
    <time datetime="${s("datetime")}">${s("time element")}</time><data value="${s("data value")}">${s("data element")}</data>
    <abbr title="${s("title of abbr")}">${s("abbr")}</abbr><del cite="/x?${s("cite query")}" datetime="${s("del datetime")}">${s("del")}</del>
    <ul><li value="7">${s("list item")}</li></ul><meter min="0" max="99999999" value="${s("meter value", "64812957")}">${s("meter text")}</meter>
    <math><mtext>${s("math text")}</mtext></math>
    <div hidden>${s("hidden text")}</div><div style="display:none">${s("text that is not displayed")}</div><div style="opacity:0">${s("text that is not seen")}</div>
    <a href="/account/${s("path of a link")}">${s("text of a link")}</a>
    ${attributes.map((name) => `<p ${name}="${s(`attribute ${name}`)}">·</p>`).join("\n    ")}
    <p class="customer-${s("number in a class", "58319047")} of-${s("mail in a class", "zqmailclass@example")}" id="customer-${s("number in an id", "58319122")}">·</p>
    <p style="--who: '${s("custom property in an attribute")}'; --plain: ${s("bare custom property in an attribute")}; --number: ${s("bare number in an attribute", shared ? "50931746" : "50931747")}; background: url(/picture.svg?token=${s("query in an attribute's url")})">·</p>
    <img alt="${s("alt")}" title="${s("title of a picture")}" src="/picture.svg?token=${s("query of a picture")}" srcset="/picture.svg?token=${s("query in srcset")} 2x" width="20" height="20">
    <img alt="" src="${picture}" width="40" height="20">
    <picture><source srcset="/picture.svg?token=${s("query of a source")}"><img alt="${s("alt in a picture")}" src="/picture.svg" width="20" height="20"></picture>
    <svg width="60" height="20" aria-label="${s("label of a drawing")}"><title>${s("title in a drawing")}</title><desc>${s("desc in a drawing")}</desc><metadata>${s("metadata in a drawing")}</metadata><text y="15">${s("text in a drawing")}</text><foreignObject width="9" height="9"><p>${s("foreign object")}</p></foreignObject><image href="/picture.svg?token=${s("query of a drawing's image")}" width="9" height="9"/></svg>
    <div contenteditable id="edited">${s("contenteditable")}</div>
    <div contenteditable="plaintext-only" data-lockstep-hide id="edited-plain">${s("contenteditable, plain")}</div>
    <div data-lockstep-hide><p data-lockstep-share>${s("shared inside hidden")}</p></div>
    <div id="open-host"></div><slotted-name id="slotted"><span slot="name">${s("slotted text")}</span></slotted-name>
    <button value="${s("value of a button")}" name="${s("name of a button")}">${s("text of a button")}</button>
    <input type="submit" value="${s("label of a submit button")}"><input type="reset" value="${s("label of a reset button")}">
    <select id="private-select" aria-label="·"><optgroup label="${s("label of an option group")}"><option value="${s("value of an option")}" selected>${s("text of an option")}</option><option value="${s("value of another option")}" label="${s("label of an option")}"></option></optgroup></select>
  </section>

  <section id="fields">
    ${inputs.join("\n    ")}
    ${special.join("\n    ")}
    <input id="password" type="password" data-lockstep-share value="${s("value of password")}">
    <input type="hidden" data-lockstep-share name="${s("name of a hidden field")}" value="${s("value of hidden")}">
    <input id="file" type="file" data-lockstep-share>
    <input type="image" src="/picture.svg?token=${s("query of an image button")}" value="${s("value of an image button")}" width="20" height="20">
    <input id="by-list" list="proposals" pattern="${s("pattern")}"><datalist id="proposals"><option value="${s("proposed value")}"></option></datalist>
    <label><input type="checkbox" id="check" value="${s("value of a checkbox")}" checked> <span ${hidden}>·</span></label>
    <label><input type="radio" name="one" id="radio" value="${s("value of a radio")}" checked> <span ${hidden}>·</span></label>
    <textarea id="area">${s("textarea")}</textarea>
    <select id="open-select" aria-label="·"><option value="a">·</option><option value="${s("value of a chosen option")}">${s("text of a chosen option")}</option></select>
    <select multiple id="many" aria-label="·"><option selected value="${s("value of one of many")}">${s("text of one of many")}</option></select>
  </section>

  <section id="addresses">
    <a href="/next?token=${s("query of a link")}#${s("fragment of a link")}" ping="/ping?${s("ping")}" download="${s("download")}" target="${s("target")}">a link</a>
    <a href="mailto:${s("mail link")}@mail.example">a mail link</a> <a href="tel:${s("phone link", "+441632960733")}">a phone link</a>
    <a href="javascript:void '${s("script link")}'">a script link</a> <a href="https://${s("user in an address")}:x@example.com/">a user's link</a>
    <form action="/send?token=${s("query of a form's action")}" name="${s("name of a form")}"><input type="hidden" value="${s("hidden in a form")}"><button formaction="/go?${s("query of a button's action")}">Go</button></form>
    <img alt="" src="/image.svg?token=${s("query of a shown picture")}" srcset="/picture.svg?token=${s("query of a shown srcset")} 1x" width="20" height="20">
    <div class="behind"></div><div style="width:9px;height:9px;background:url('/shown.svg?token=${s("query of a shown background")}')"></div>
    <map name="${s("name of a map")}"><area alt="·" href="/area?${s("query of an area")}"></map>
    <iframe srcdoc="<p>${s("srcdoc")}</p>" title="${s("title of a frame")}" name="${s("name of a frame")}" width="60" height="30"></iframe>
    <iframe src="/framed?token=${s("query of a frame")}" title="·" width="60" height="30"></iframe>
    <canvas id="canvas" width="60" height="20">${s("text in a canvas")}</canvas>
    <video poster="/picture.svg?token=${s("query of a poster")}" width="60" height="30"><track src="/track.vtt?${s("query of a track")}">${s("text in a video")}</video>
    <object data="/picture.svg?token=${s("query of an object")}" width="20" height="20">${s("text in an object")}</object>
    <embed src="/picture.svg?token=${s("query of an embed")}" width="20" height="20">
  </section>
  ${styles.body}
  <section id="late" ${hidden}></section>
  <section id="late-shown"></section>
</main>
<script>
  customElements.define("slotted-name", class extends HTMLElement {
    constructor() { super(); this.attachShadow({ mode: "open" }).innerHTML = '<p>· <slot name="name"></slot></p>'; }
  });
  const inside = document.querySelector("#open-host").attachShadow({ mode: "open" });
  inside.innerHTML = "<style>p::after{content:'${s("content in a shadow root's style")}'}</style><p title='${s("title in a shadow root")}'>${s("text in a shadow root")}</p><input value='${s("value in a shadow root")}'><div id='deeper'></div>";
  inside.querySelector("#deeper").attachShadow({ mode: "open" }).innerHTML = "<p>${s("text in a nested shadow root")}</p>";
  const drawn = document.querySelector("#canvas").getContext("2d");
  drawn.fillText("${s("drawn in a canvas")}", 2, 12);
</script>
${widgetTag(edge, { "data-profile": profile, "data-title": "Ask us" })}
</body>
</html>`;
}

/** Somebody fills the page in: by keyboard, by script and by choice. */
export async function fillIn(page, secret) {
  for (const [kind, text] of Object.entries(typed)) {
    const value = secret(`typed into ${kind}`, text ?? undefined);
    const write = /^(date|month|week|time|datetime-local)$/.test(kind) ? typeWhen : type;
    await write(page.locator(`#f-${kind}`), value);
  }
  const [range, color] = [page.locator("#f-range"), page.locator("#f-color")];
  for (const key of ["PageDown", "ArrowUp", "ArrowUp"]) await range.press(key);
  secret("moved to by a range", await range.inputValue());
  await color.click();
  for (const key of ["ArrowUp", "ArrowLeft", "ArrowLeft"]) await page.keyboard.press(key);
  await page.keyboard.press("Enter");
  secret("picked colour", await color.inputValue());
  for (const [n, use] of uses.entries()) {
    await type(page.locator(`#u-${n}`), secret(`typed into ${use}`));
  }
  await type(page.locator("#password"), secret("typed password"));
  await page.locator("#file").setInputFiles({ name: `${secret("name of a file")}.pdf`, mimeType: "application/pdf", buffer: Buffer.from(secret("content of a file")) });
  await page.locator("#area").press("End");
  await page.locator("#area").pressSequentially(secret("typed into a textarea"));
  await page.locator("#edited").press("End");
  await page.locator("#edited").pressSequentially(secret("typed into contenteditable"));
  await type(page.locator("#by-list"), secret("typed by proposal"));
  await type(page.locator("#open-host input"), secret("typed in a shadow root"));
  for (let n = 0; n < 2; n += 1) await page.locator("#check").press("Space");
  await page.locator("#open-select").press("ArrowDown");
  await page.locator("#private-select").press("ArrowDown");
  await page.locator("#f-text").selectText();
  await type(page.locator("#shared-field"), "zqvalueonpurpose");
}

/** What the page's own programs change while it is shown; evaluated in the page. */
export function changeLater(texts) {
  const s = (name) => texts[name];
  const late = document.querySelector("#late");
  const shown = document.querySelector("#late-shown");
  const make = (html, place = late) => place.insertAdjacentHTML("beforeend", html);
  document.title = s("late title");
  history.pushState({}, "", `?token=${s("late query of the page")}#${s("late fragment of the page")}`);
  make(`<p title="${s("late title attribute")}">${s("late text")}</p><input id="late-input" value="${s("late value")}"><img alt="${s("late alt")}" src="/picture.svg?token=${s("late query")}">`);
  make(`<input placeholder="${s("late placeholder")}"><textarea>${s("late textarea")}</textarea><select><option>${s("late option")}</option></select><div contenteditable>${s("late contenteditable")}</div>`);
  const changed = document.createElement("p");
  changed.append("·");
  late.append(changed);
  changed.firstChild.data = s("late character data");
  for (const name of ["title", "aria-label", "alt", "data-who", "placeholder"]) changed.setAttribute(name, s(`late attribute ${name}`));
  changed.className = `late customer-${s("late number in a class")}`;
  changed.style.setProperty("--late", `"${s("late custom property")}"`);
  changed.style.backgroundImage = `url("/picture.svg?token=${s("late query of a background")}")`;
  const link = document.createElement("a");
  link.textContent = "a late link";
  shown.append(link);
  link.href = `/late?token=${s("late query of a link")}`;
  const field = document.createElement("input");
  shown.append(field);
  field.value = s("late value by script");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.setAttribute("value", s("late value attribute"));
  const host = document.createElement("div");
  late.append(host);
  host.attachShadow({ mode: "open" }).innerHTML = `<p>${s("late text in a shadow root")}</p>`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`.x::after{content:"${s("late adopted content")}"} .y{background:url("/picture.svg?token=${s("late adopted query")}")}`);
  host.shadowRoot.adoptedStyleSheets = [sheet];
  const style = document.createElement("style");
  document.head.append(style);
  style.sheet.insertRule(`.z::after{content:"${s("late rule's content")}"}`);
  style.sheet.cssRules[0].style.setProperty("content", `"${s("late declared content")}"`);
  const frame = document.createElement("iframe");
  frame.srcdoc = `<p>${s("late srcdoc")}</p>`;
  shown.append(frame);
  make(`<svg width="9" height="9"><text>${s("late text in a drawing")}</text></svg>`);
  document.body.append(Object.assign(document.createElement("p"), { textContent: s("late text outside of everything") }));
  // From a hidden place into a shown one and back: what was hidden is never sent on the way.
  const wanderer = document.createElement("p");
  wanderer.setAttribute("data-lockstep-hide", "");
  wanderer.textContent = s("late text that wanders");
  late.append(wanderer);
  shown.append(wanderer);
  late.append(wanderer);
}

export const laterNames = [
  ...["late title", "late query of the page", "late fragment of the page", "late title attribute", "late text", "late value", "late alt", "late query", "late placeholder"],
  ...["late textarea", "late option", "late contenteditable", "late character data", "late number in a class", "late custom property", "late query of a background"],
  ...["title", "aria-label", "alt", "data-who", "placeholder"].map((name) => `late attribute ${name}`),
  ...["late query of a link", "late value by script", "late value attribute", "late text in a shadow root", "late adopted content", "late adopted query"],
  ...["late rule's content", "late declared content", "late srcdoc", "late text in a drawing", "late text outside of everything", "late text that wanders"],
];
