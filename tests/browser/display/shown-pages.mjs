// Pages of others, each with something that is painted and easily lost on the way to the mirror; and what happens on them.
import { widgetTag } from "./site.mjs";

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
  "/top-layer": page(edge, {
    head: `<style>[popover],dialog{width:260px;padding:8px;border:2px solid teal} ::backdrop{background:rgb(0 0 0 / 30%)} #hand{inset:60px auto auto 40px;margin:0} #inner{inset:90px auto auto 80px;margin:0;background:rgb(240, 250, 240)} #modal{margin:110px 0 0 120px} #over{inset:130px auto auto 160px;margin:0;background:rgb(250, 240, 240)} #in-root{inset:300px auto auto 400px}</style>`,
    body: `<button id="auto-button" popovertarget="auto">Menu</button> <button id="open-dialog">Dialog</button> <button id="ask">More</button>
      <div id="auto" popover>A menu <button popovertarget="nested" id="nested-button">Further</button><div id="nested" popover>A menu in a menu</div></div>
      <div id="hand" popover="manual">By hand</div><div id="inner" popover="manual">By hand, later</div>
      <dialog id="modal">A modal dialog <div id="over" popover="manual">Over the dialog</div></dialog><dialog id="flow">In the flow</dialog>
      <details id="details"><summary>Details</summary>what is in them</details><x-root></x-root>`,
    script: `customElements.define("x-root", class extends HTMLElement { constructor() { super(); this.attachShadow({mode:"open"}).innerHTML = '<div popover="manual" id="in-root">In a root</div>'; } });`,
  }),
  "/properties": page(edge, {
    head: `<style>.scroller{height:60px;width:200px;overflow:auto;border:1px solid} .scroller div{height:400px;width:400px;background:linear-gradient(red,blue)} input:indeterminate{outline:3px solid orange}</style>`,
    body: `<p><input type="checkbox" id="some" data-lockstep-share> some <input type="checkbox" id="private-some"> of these</p>
      <select id="many" multiple size="4" data-lockstep-share><option>one<option>two<option>three<option>four</select>
      <div class="scroller" id="scroller"><div>far</div></div><textarea id="area" data-lockstep-share>text</textarea>
      <progress id="progress" max="10"></progress> <meter id="meter" min="0" max="10" value="2"></meter>
      <x-late id="late"></x-late><x-slots id="slots"><b>first</b><i>second</i>and a text</x-slots>`,
    script: `document.getElementById("some").indeterminate = true; document.getElementById("private-some").indeterminate = true;
      customElements.define("x-slots", class extends HTMLElement { constructor() { super(); const root = this.attachShadow({mode:"open", slotAssignment:"manual"}); root.innerHTML = "<p>One: <slot id=a></slot></p><p>Other: <slot id=b></slot></p>"; }
        put(a, b) { const [one, other] = this.shadowRoot.querySelectorAll("slot"); one.assign(...a); other.assign(...b); } connectedCallback() { setTimeout(() => this.put([this.children[1]], [this.children[0]])); } });`,
  }),
});
