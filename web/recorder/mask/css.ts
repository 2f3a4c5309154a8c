// Style sheets without what may be personal: addresses without query, and texts that a page writes into its styles.
import { pictureAddress } from "./address";
import { maskText } from "./text";

const reference = /url\(\s*(?:"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|([^"')]*))\s*\)/gi;
const imported = /(@import\s+)(?:"([^"]*)"|'([^']*)')/gi;
const text_declaration = /((?:^|[{};\s/])(?:content|--(?![\w-]*(?:font|family))[\w-]+)\s*:)((?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[^;}"'])*)/gi;
const quoted = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/g;
const escape = /\\[0-9a-f]{1,6}\s?|\\[^]/gi;

function plainReference(address: string, base: string, pictures = true): string {
  if (address.startsWith("#")) return `url("${address}")`;
  const plain = pictures ? pictureAddress(address, base) : null;
  return plain === null ? "none" : `url("${plain.replace(/["\\\n]/g, encodeURIComponent)}")`;
}

/** Escapes stay: they are the signs of icon fonts. */
function maskQuoted(text: string): string {
  let masked = "";
  let from = 0;
  for (const one of text.matchAll(escape)) {
    masked += maskText(text.slice(from, one.index)) + one[0];
    from = one.index + one[0].length;
  }
  return masked + maskText(text.slice(from));
}

/** References without query and fragment; what is no address of the web becomes `none`. */
export function plainCss(css: string, base: string, pictures = true): string {
  return css
    .replace(reference, (_, double?: string, single?: string, bare?: string) => plainReference((double ?? single ?? bare ?? "").trim(), base, pictures))
    .replace(imported, (_, rule: string, double?: string, single?: string) => rule + plainReference(double ?? single ?? "", base));
}

/** Words that are no function, no other property and no colour by its number; and long numbers. */
const bare_word = /(?<![\w#.-])(?:\d{6,}|[\p{L}_][\p{L}\p{M}\p{N}_-]*)(?![\p{L}\p{M}\p{N}_(-])/gu;

/**
 * The same for styles that the page itself may have written: what `content` and custom properties quote is masked, and in
 * a style without pictures, which is one of a private place, also what they say without quotes.
 */
export function maskCss(css: string, base: string, pictures = true): string {
  return plainCss(css, base, pictures).replace(text_declaration, (_, name: string, value: string) => {
    const parts = value.split(/(url\([^)]*\)|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')/gi);
    // Every second part is one of those that the expression names.
    const masked = parts.map((part, n) => {
      if (n % 2 === 0) return pictures ? part : part.replace(bare_word, maskText);
      return /^url/i.test(part) ? part : part.replace(quoted, maskQuoted);
    });
    return name + masked.join("");
  });
}
