// Pages of others, each with something that is painted and easily lost on the way to the mirror; and what happens on them.
import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { widgetTag } from "./site.mjs";

/** A picture of one colour. */
export function pngOf(width, height, [red, green, blue]) {
  const chunk = (name, body) => {
    const data = Buffer.concat([Buffer.from(name), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(data));
    return Buffer.concat([length, data, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const line = Buffer.concat([Buffer.from([0]), ...Array.from({ length: width }, () => Buffer.from([red, green, blue]))]);
  const body = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", body), chunk("IEND", Buffer.alloc(0))]);
}

const png = (width, height, colour = [20, 140, 120]) => ({ type: "image/png", body: pngOf(width, height, colour), headers: { "cache-control": "max-age=60" } });
const font = (style) => ({ type: "font/woff2", body: readFileSync(new URL(`../../../web/node_modules/@fontsource-variable/inter/files/inter-latin-${style}.woff2`, import.meta.url)) });
/** Without its query there is another picture. */
const asked = (name) => ({ url }) => {
  const { searchParams } = new URL(url, "http://here");
  const id = Number(searchParams.get(name));
  return id > 0 ? png(id, id + 10) : png(1, 1);
};
export const pictures = { "/image": asked("id"), "/_next/image": asked("w"), "/plain.png": png(33, 44), ...Object.fromEntries(["/never.png", "/never.css", "/never.woff2"].map((path) => [path, () => new Promise(() => undefined)])), "/fonts/one.woff2": font("wght-normal"), "/fonts/two.woff2": font("wght-italic") };

const page = (edge, { head = "", body, script = "" }) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shown</title>
  <style>html{font:16px/1.4 sans-serif;--g:21px;--c:rgb(12, 99, 140)} body{margin:0} main{padding:12px} p{margin:4px 0} .filler span{display:inline-block;width:60px;border:1px solid teal}</style>
  ${head}${widgetTag(edge, { "data-profile": "public-site" })}</head>
  <body><main><h1>Shown</h1><p class="filler">${"<span>word</span> ".repeat(20)}</p>${body}</main><script>${script}</script></body></html>`;

/** Shorthands with a variable, each overridden by a longhand: what CSSOM cannot say. */
export const shorthands = {
  padding: "padding:var(--g);padding-bottom:3px",
  margin: "margin:var(--g);margin-left:1px",
  border: "border:5px solid var(--c);border-left-width:9px",
  "border-color": "border:3px solid;border-color:var(--c);border-top-color:red",
  "border-radius": "border-radius:var(--g);border-top-left-radius:1px;background:teal",
  background: "background:var(--c) linear-gradient(red,red) no-repeat;background-size:9px 9px",
  inset: "position:relative;inset:var(--g);left:4px;bottom:auto",
  font: "font:italic 700 var(--g)/1.2 serif;font-weight:400",
  gap: "display:grid;gap:var(--g);row-gap:2px",
  flex: "display:flex;flex-flow:var(--row,row-reverse);flex-wrap:wrap",
  "padding-inline": "padding-inline:var(--g);padding-inline-end:2px",
  outline: "outline:4px solid var(--c);outline-offset:2px;outline-style:dashed",
  "text-decoration": "text-decoration:underline var(--c);text-decoration-thickness:3px",
  overflow: "overflow:var(--o,hidden);overflow-x:scroll;height:30px",
  important: "margin:var(--g)!important;margin-left:1px!important",
};
const rules = (prefix, wrap = (css) => css) => wrap(Object.entries(shorthands).map(([name, css]) => `.${prefix}-${name}{${css}}`).join("\n"));
const samples = (prefix) => Object.keys(shorthands).map((name) => `<div class="${prefix}-${name}"><b>${name}</b><i>two</i></div>`).join("");

/** Sheets by the path under which the company has them. */
export const sheets = {
  "/linked.css": rules("linked"),
  "/grouped.css": rules("grouped", (css) => `@media screen{@supports (display:grid){@layer base{${css}}}}`),
  "/imported.css": `@import url("/further.css") layer(low) screen; .imported-padding{background:rgb(250, 240, 200)}`,
  "/further.css": `${rules("imported")} .imported-padding{background:red}`,
};

export const pages = (edge) => ({
  "/shorthands": page(edge, {
    head: `<link rel="stylesheet" href="/linked.css"><link rel="stylesheet" href="/grouped.css"><link rel="stylesheet" href="/imported.css">
      <style>${rules("written")}</style><style id="inserted"></style>
      <style>.nested{color:teal; b{${shorthands.padding}} &:not(.x){${shorthands.border}} ${shorthands.inset}}
      @container (min-width:10px){.contained{${shorthands.padding}}} @scope (.scope){b{${shorthands.padding}}} @property --p{syntax:"<length>";inherits:false;initial-value:7px} .typed{padding:var(--p);padding-top:1px}</style>
      <style media="print">main{display:none}</style><style id="off">main{background:red}</style><link rel="alternate stylesheet" title="Other" href="/linked.css">`,
    body: `${["linked", "grouped", "imported", "written", "inserted"].map(samples).join("")}<div class="nested"><b>nested</b></div><div style="container-type:inline-size"><p class="contained">contained</p></div><div class="scope"><b>scoped</b></div><p class="typed">typed</p>
      <p id="inline" style="padding:var(--g);padding-bottom:3px">inline</p><x-adopted></x-adopted><x-adopted></x-adopted>`,
    script: `document.getElementById("off").sheet.disabled = true;
      for (const rule of ${JSON.stringify(Object.entries(shorthands).map(([name, css]) => `.inserted-${name}{${css}}`))}) document.getElementById("inserted").sheet.insertRule(rule);
      const shared = new CSSStyleSheet(); shared.replaceSync(${JSON.stringify(`:host{display:block;${shorthands.padding}} b{${shorthands.border}}`)});
      customElements.define("x-adopted", class extends HTMLElement { constructor() { super(); this.attachShadow({mode:"open"}).innerHTML = "<b>adopted</b>"; this.shadowRoot.adoptedStyleSheets = [shared]; } });`,
  }),
  "/pictures": page(edge, {
    head: `<style>.back{width:80px;height:30px;background:url("/image?id=21") teal} .list{list-style-image:url(/image?id=9)} @media screen{.grouped{width:50px;height:20px;background:url('/image?id=22')}} .both{width:50px;height:20px;background:url("/image?id=23")} .hidden{width:50px;height:20px;background:url("/image?id=76")} .later{height:20px;background:url("/image?id=31")}</style>`,
    body: `<img id="query" src="/image?id=40" alt=""><img src="/_next/image?url=%2Fphoto.png&w=48&q=75" alt=""><img src="/plain.png" alt="">
      <img srcset="/image?id=30 1x, /image?id=60 2x" alt=""><img src="/plain.png" srcset="/image?id=64 64w, /image?id=32 32w" sizes="32px" alt="">
      <picture><source media="(min-width:1px)" srcset="/image?id=51"><img src="/plain.png" alt=""></picture><img id="blob" alt=""><img id="late-picture" alt="" width="20">
      <input type="image" src="/image?id=37" alt="Send"><svg width="60" height="60"><image href="/image?id=28" width="30" height="40"/></svg>
      <div class="back"></div><div class="grouped"></div><ul class="list"><li>a list</li></ul><div style="width:70px;height:25px;background:url(/image?id=24)"></div><x-pictures></x-pictures>
      <div class="both"></div><div data-private><div class="both"></div><div class="hidden"></div><img src="/image?id=77" alt=""><div style="width:9px;height:9px;background:url(/image?id=78)"></div></div>`,
    script: `const picture = (w, h) => new Promise((done) => { const canvas = document.createElement("canvas"); canvas.width = w; canvas.height = h; canvas.getContext("2d").fillRect(0, 0, w, h); canvas.toBlob(done); });
      picture(45, 35).then((blob) => { document.getElementById("blob").src = URL.createObjectURL(blob); });
      const shared = new CSSStyleSheet(); shared.replaceSync(':host{display:block} p{background:url("/image?id=26")}');
      customElements.define("x-pictures", class extends HTMLElement { constructor() { super(); this.attachShadow({mode:"open"}).innerHTML = '<p>behind me</p><img src="/image?id=27" alt="">'; this.shadowRoot.adoptedStyleSheets = [shared]; } });`,
  }),
  "/fonts": page(edge, {
    body: `<p style="font:20px One,monospace">Written by a font of an address</p><p style="font:20px Two,monospace">Written by a font of bytes</p><p style="font:20px Three,monospace">Written by a font that comes later</p>`,
    script: `document.fonts.add(new FontFace("One", "url(/fonts/one.woff2)")); document.fonts.load("20px One");
      fetch("/fonts/two.woff2").then((answer) => answer.arrayBuffer()).then((bytes) => { document.fonts.add(new FontFace("Two", bytes)); document.fonts.load("20px Two"); });`,
  }),
  "/other": page(edge, { body: "<p>The first document</p>" }),
  "/top-layer": page(edge, {
    head: `<style>[popover]:not(#whole),dialog{width:260px;padding:8px;border:2px solid teal} ::backdrop{background:rgb(0 0 0 / 30%)} #hand{inset:60px auto auto 40px;margin:0} #inner{inset:90px auto auto 80px;margin:0;background:rgb(240, 250, 240)} #modal{margin:110px 0 0 120px} #over{inset:130px auto auto 160px;margin:0;background:rgb(250, 240, 240)} #in-root{inset:300px auto auto 400px} #whole{padding:5px;background:rgb(220, 240, 250)} #whole:fullscreen{background:rgb(20, 60, 70);color:white;padding:40px}</style>`,
    body: `<button id="auto-button" popovertarget="auto">Menu</button> <button id="open-dialog">Dialog</button> <button id="ask">More</button>
      <div id="auto" popover>A menu <button popovertarget="nested" id="nested-button">Further</button><div id="nested" popover>A menu in a menu</div></div>
      <div id="hand" popover="manual">By hand</div><div id="inner" popover="manual">By hand, later</div>
      <dialog id="modal">A modal dialog <div id="over" popover="manual">Over the dialog</div></dialog><div id="whole">This fills the screen</div><button id="fill">Fill the screen</button><dialog id="flow">In the flow</dialog>
      <details id="details"><summary>Details</summary>what is in them</details><x-root></x-root>`,
    script: `document.getElementById("fill").onclick = () => document.getElementById("whole").requestFullscreen(); customElements.define("x-root", class extends HTMLElement { constructor() { super(); this.attachShadow({mode:"open"}).innerHTML = '<div popover="manual" id="in-root">In a root</div>'; } });`,
  }),
  "/properties": page(edge, {
    head: `<style>.scroller{height:60px;width:200px;overflow:auto;border:1px solid} .scroller div{height:400px;width:400px;background:linear-gradient(red,blue)} input:indeterminate{outline:3px solid orange} x-states{display:block;background:rgb(250, 250, 200)} x-states:state(far){background:rgb(200, 250, 200);padding:9px} x-choice{display:block} x-choice:state(checked){outline:3px solid red}</style>`,
    body: `<p><input type="checkbox" id="some" data-lockstep-share> some <input type="checkbox" id="private-some"> of these</p>
      <select id="many" multiple size="4" data-lockstep-share><option>one<option>two<option>three<option>four</select>
      <div class="scroller" id="scroller"><div>far</div></div><textarea id="area" data-lockstep-share>text</textarea>
      <progress id="progress" max="10"></progress> <meter id="meter" min="0" max="10" value="2"></meter>
      <x-late id="late"></x-late><x-states id="states">with states</x-states><x-rooted id="rooted"></x-rooted><x-choice id="private-choice">a choice</x-choice><x-choice id="choice" data-lockstep-share>a choice</x-choice><x-slots id="slots"><b>first</b><i>second</i>and a text</x-slots>`,
    script: `document.getElementById("some").indeterminate = true; document.getElementById("private-some").indeterminate = true;
      customElements.define("x-states", class extends HTMLElement { own = this.attachInternals().states; });
      customElements.define("x-choice", class extends HTMLElement { static formAssociated = true; own = this.attachInternals().states; });
      customElements.define("x-rooted", class extends HTMLElement { own = this.attachInternals().states; constructor() { super(); this.own.add("later"); const root = this.attachShadow({mode:"open"}); root.innerHTML = "<p>in a root</p>"; const sheet = new CSSStyleSheet(); sheet.replaceSync(":host{display:block} :host(:state(größer)) p{padding:7px;background:rgb(200, 200, 250)}"); root.adoptedStyleSheets = [sheet]; } });
      customElements.define("x-slots", class extends HTMLElement { constructor() { super(); const root = this.attachShadow({mode:"open", slotAssignment:"manual"}); root.innerHTML = "<p>One: <slot id=a></slot></p><p>Other: <slot id=b></slot></p>"; }
        put(a, b) { const [one, other] = this.shadowRoot.querySelectorAll("slot"); one.assign(...a); other.assign(...b); } connectedCallback() { setTimeout(() => this.put([this.children[1]], [this.children[0]])); } });`,
  }),
});
