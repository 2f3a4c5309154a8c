// What screens say, read from the catalogue by key: a story names what it means, and a better sentence breaks nothing.
import { readFileSync } from "node:fs";

/** The catalogue of a language, as the product speaks it. */
export const catalogue = (language = "en") => JSON.parse(readFileSync(new URL(`../../web/shared/words/${language}.json`, import.meta.url), "utf8"));

const english = catalogue();

function textOf(words, key, count) {
  const text = words[key];
  if (text === undefined) throw new Error(`no text “${key}”`);
  return typeof text === "string" ? text : (text[new Intl.PluralRules("en-GB").select(Number(count))] ?? text.other);
}

/** The text as it is shown. */
export function say(key, values = {}, words = english) {
  return textOf(words, key, values.count).replace(/{(\w+)}/g, (_, name) => String(values[name]));
}

/** The text with whatever stands where a value is not given. */
export function like(key, values = {}) {
  const escaped = textOf(english, key, values.count).replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(escaped.replace(/{(\w+)}/g, (_, name) => (name in values ? String(values[name]) : ".+")));
}
