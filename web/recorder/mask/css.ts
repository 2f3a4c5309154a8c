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

/** The same for styles that the page itself may have written: what `content` and custom properties quote is masked. */
export function maskCss(css: string, base: string, pictures = true): string {
  return plainCss(css, base, pictures).replace(text_declaration, (_, name: string, value: string) =>
    name + value.replace(/url\([^)]*\)|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/gi, (part) => (part.startsWith("url") ? part : part.replace(quoted, maskQuoted))),
  );
}
