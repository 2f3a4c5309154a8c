// The frame of a page, and something to read on it.
import { widgetTag } from "../display/site.mjs";

export const profile = "public-site";

export const widget = (edge) => widgetTag(edge, { "data-profile": profile, "data-title": "Ask us" });

export const html = (edge, title, { head = "", body = "" }) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>${head}</head><body>${body}${widget(edge)}</body></html>`;

/** A main part with a heading and some paragraphs. */
export const main = (title, more = "") =>
  `<main><h1>${title}</h1>${["Lamps", "Chairs", "Tables", "Shelves"].map((what) => `<section><h2>${what}</h2><p>All our ${what.toLowerCase()} are made of <b>wood</b>.</p></section>`).join("")}${more}</main>`;
