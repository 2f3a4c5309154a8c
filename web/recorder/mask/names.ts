// The attributes that may leave the page, and what each may say.
import allowed from "./values.json";
import { isMarked, nameOf, token_shape } from "./words";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** How a thing looks and behaves: there or not, numbers and colours. */
export const plain_names = words(allowed.plain);

const common = words(allowed.common);
const sets = new Map(Object.entries(allowed.sets).map(([name, set]) => [name, set === "@" ? common : words(set)]));
/** The same, by words from a set; a word that is in none becomes a token. */
export const set_names: ReadonlySet<string> = new Set(sets.keys());

/** Languages by their two letters, some that have three, and where they are spoken (BCP 47). */
const language = /^([a-z]{2}|fil|haw|yue|cmn|gsw|hsb|dsb|ckb|und|zxx|mul)(-(Latn|Cyrl|Arab|Han[st]|Hebr|Grek|Deva|Thai))?(-([a-z]{2}|001|150|419))?$/i;

/** Whether the attribute may say this as it stands. */
export function isPlainValue(name: string, value: string): boolean {
  if (value === "" || isMarked(value)) return true;
  if (name === "lang") return language.test(value);
  const set = sets.get(name);
  return set !== undefined && value.split(/\s+/).every((word) => set.has(word) || set.has(word.toLowerCase()) || isMarked(word));
}

const lengths = /^\d{1,4}(\.\d+)?(px|%)?$/;
const lengths_rr = /^-?\d+(\.\d+)?(px)?$/;

/** What a plain attribute says; undefined: nothing that may be read. */
export function plainWord(name: string, value: string): string | undefined {
  if (value === "") return value;
  if (name.startsWith("rr_")) return (name === "rr_open_mode" ? /^(non-)?modal$/ : lengths_rr).test(value) ? value : undefined;
  if (/^(bgcolor|color)$/.test(name)) return /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(value) ? value : /^[a-z]+$/i.test(value) && !token_shape.test(nameOf(value)) ? value : undefined;
  if (/^(width|height|colspan|rowspan|span|cellpadding|cellspacing|border|size|cols|rows|aria-level)$/.test(name)) return lengths.test(value) ? value : undefined;
  // There or not is all that it says.
  return "";
}

/** Shown where text is shown, else with dots. */
export const text_names = words("alt title placeholder label aria-label aria-description aria-placeholder aria-roledescription summary");

/** Names that the page gives to parts and to slots. */
export const made_up_names = words("slot part exportparts");

/** How a drawing is drawn, beside what CSS could say as well. */
export const drawing_names =
  /^(points|[xy]\d?|f[xy]|d[xy]|rotate|viewBox|preserveAspectRatio|pathLength|gradient(Units|Transform)|spreadMethod|pattern((Content)?Units|Transform)|clipPathUnits|mask((Content)?Units)|marker(Width|Height|Units)|ref[XY]|orient|in2?|result|stdDeviation|values|mode|operator|k[1-4]|type|offset|xmlns(:xlink)?)$/;
/** Of these, what draws a picture: kept only where pictures are shown. */
export const shape_names = words("d points");
const drawing_words = words(
  "meet slice none userSpaceOnUse objectBoundingBox strokeWidth pad reflect repeat auto auto-start-reverse SourceGraphic SourceAlpha over in out atop xor " +
    "arithmetic lighter erode dilate matrix saturate hueRotate luminanceToAlpha normal multiply screen darken lighten",
);
const numbers = /^[\s\d.,%+\-e]*$/i;
const functions = /\b(translate|scale|rotate|skewX|skewY|matrix)\(/g;

/** What an attribute of a drawing says, when no CSS says it. */
export function drawingWord(name: string, value: string): string | undefined {
  if (name === "xmlns" || name === "xmlns:xlink") return /^http:\/\/www\.w3\.org\/[\w/]+$/.test(value) ? value : undefined;
  if (name === "d") return /^[\s\d.,+\-eMmLlHhVvCcSsQqTtAaZz]*$/.test(value) ? value : undefined;
  if (name.endsWith("ransform")) return numbers.test(value.replace(functions, "").replace(/\)/g, "")) ? value : undefined;
  if (numbers.test(value)) return value;
  if (/^[+-]?\d*\.?\d+(px|em|rem|ex|pt|%)$/.test(value)) return value;
  if (value.split(/\s+/).every((word) => drawing_words.has(word) || /^x(Min|Mid|Max)Y(Min|Mid|Max)$/.test(word))) return value;
  return name === "in" || name === "in2" || name === "result" ? nameOf(value) : undefined;
}

/** States of a control that is made of other elements. */
export const choice_names = words("aria-checked aria-selected aria-pressed aria-valuenow aria-valuetext");
