// What a declaration says: numbers, colours and the words of CSS stay, names become tokens, texts become dots.
import { pictureAddress } from "../address";
import { font_tags, functions } from "../known";
import { idOf } from "../ids";
import { saidBy } from "../matches";
import { text_names } from "../names";
import { maskText } from "../text";
import { nameOf } from "../words";
import { quoted, t, type Token } from "./tokens";

export interface Sheet {
  /** What addresses are relative to. */
  base: string;
  /** A file that anybody gets: its texts and pictures are as public as itself. */
  isPublic: boolean;
  /** Whether pictures of the rule that is being looked at may be shown. */
  pictures(): boolean;
}

/** These show their text, or join or mark what is shown. */
const shows_text = /^(content|quotes|list-style(-type)?|text-overflow|hyphenate-character|(-webkit-)?text-emphasis(-style)?|symbols|additive-symbols|prefix|suffix|negative|pad)$/;
const units = /^[+-]?[\d.]+(e[+-]?\d+)?(%|[sld]?v(w|h|i|b|min|max)|cq(w|h|i|b|min|max)|r?(em|ex|cap|ch|ic|lh)|px|cm|mm|q|in|pt|pc|deg|grad|rad|turn|m?s|k?hz|dp(i|cm|px)|x|fr|db|st|n(-\d*)?)?$/i;
const counted = /^(--|counter)/;

/** A number that counts nothing but how something looks has few digits. */
const rounded = (number: string) => (/^[+-]?\d{4,}$/.test(number) ? number.replace(/^([+-]?\d{3})(\d*)$/, (_, first: string, rest: string) => first + "0".repeat(rest.length)) : number);

const reference = (address: string, sheet: Sheet, isPicture: boolean): string => {
  if (address.startsWith("#")) return `url("#${encodeURIComponent(idOf(decoded(address.slice(1))))}")`;
  const plain = isPicture && !sheet.pictures() ? null : pictureAddress(address, sheet.base);
  return plain === null ? "none" : `url("${plain.replace(/["\\\n]/g, encodeURIComponent)}")`;
};
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The words of a name that has several, such as a font's. */
export const named = (text: string): string =>
  text
    .split(/\s+/)
    .map((word) => (/^\d{1,2}$|^\.+$|^$/.test(word) ? word : nameOf(word)))
    .join(" ");

function textOf(text: string, property: string, call: string, sheet: Sheet): string {
  if (/image|^src$|cross-fade|^url$/.test(call)) return reference(text, sheet, true);
  if (call === "format" || call === "tech") return font_formats.test(text) ? quoted(text) : '""';
  if (call === "path") return /^[\s\d.,+\-eMmLlHhVvCcSsQqTtAaZz]*$/.test(text) ? quoted(text) : '""';
  if (call === "local" || /^font(-family)?$/.test(property)) return quoted(named(text));
  if (/^grid/.test(property)) return quoted(named(text));
  if (/^font-(feature|variation)-settings$/.test(property)) return font_tags.test(text) ? quoted(text) : '"kern"';
  if (property === "syntax") return quoted(text.replace(/<[a-z-]+>|[\s|+#*]+|[\w-]+/gi, (part) => (/^[<\s|+#*]/.test(part) ? part : nameOf(part))));
  if (property === "--") return quoted(sheet.isPublic ? text : isFamily(text) ? named(text) : maskText(text));
  if (!shows_text.test(property)) return '""';
  return quoted(sheet.isPublic ? text : maskText(text));
}
const font_formats = /^(woff2?|truetype|opentype|embedded-opentype|collection|svg)(-variations)?$|^variations$/;

/** Whether the page has, or everybody may have, a font of this name. */
function isFamily(text: string): boolean {
  if (named(text) === text) return true;
  for (const { family } of document.fonts ?? []) if (family.replace(/^["']|["']$/g, "") === text) return true;
  return false;
}

/** `property` in lower case; `--` for all of the page's own. */
export function maskValue(tokens: readonly Token[], property: string, sheet: Sheet): string {
  let masked = "";
  const calls: string[] = [];
  let attribute = false;
  for (let n = 0; n < tokens.length; n++) {
    const { type, says } = tokens[n] as Token;
    const call = calls.at(-1) ?? "";
    if (type === t.space) masked += " ";
    else if (type === t.comment) masked += "/**/";
    else if (type === t.text) masked += textOf(says, property, call, sheet);
    else if (type === t.address) masked += reference(says, sheet, property !== "src");
    else if (type === t.number) masked += !units.test(says) ? "0" : counted.test(property) && !sheet.isPublic ? rounded(says) : says;
    else if (type === t.hash) masked += /^([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(says) ? `#${says}` : `#${CSS.escape(idOf(says))}`;
    else if (type === t.at) masked += "";
    else if (type === t.call) {
      const name = says.toLowerCase().replace(/^-(webkit|moz)-/, "");
      const next = tokens[n + 1];
      if ((name === "url" || name === "src") && next?.type === t.text) {
        const end = tokens.findIndex((token, at) => at > n && token.type === t.sign && token.says === ")");
        masked += reference(next.says, sheet, property !== "src");
        n = end < 0 ? tokens.length : end;
        continue;
      }
      calls.push(name);
      attribute = name === "attr";
      masked += functions.test(name) ? `${says}(` : `${nameOf(says)}(`;
    } else if (type === t.name) {
      masked += attribute ? (text_names.has(says.toLowerCase()) ? says : saidBy(says.toLowerCase())) : call === "env" && /^(safe-area-inset|titlebar-area|keyboard-inset|viewport-segment)-/.test(says) ? says : nameOf(says);
      attribute = false;
    } else {
      if (says === "(") calls.push("");
      if (says === ")") calls.pop();
      masked += /[\p{L}\p{N}@\\]/u.test(says) ? "" : says;
    }
  }
  return masked;
}

