// Rules as a browser writes them out, without what it leaves out: of a shorthand with a variable in it, of which another
// declaration has overridden a part, CSSOM has nothing but `padding-top: ;`. The source still says it. So each declaration
// with a variable is renamed to a custom property before the browser reads the source: those keep their text and place.

const kept = "--lockstep-kept-";
const renamed = new RegExp(`${kept}\\d+-([\\w-]+)(?=\\s*:)`, "g");
const name = /(?!--)[a-z-]+(?=\s*:)/iy;
/** Functions that are worked out where a value is used: until then a shorthand cannot be taken apart. */
const late = /\b(?:var|env|attr|if|inherit|random|sibling-index|sibling-count)\(|(?:^|[\s(,])--[\w-]+\(/i;
const quoted = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/g;
const left_out = /[{;]\s*(?!--)[a-z-]+:\s*(?:!important\s*)?(?=[;}])/i;

/** Whether anything in it is worked out only where it is used. */
export const isLate = (css: string): boolean => late.test(css);

/** Whether a rule, or declarations, of CSSOM lack the value of something. */
export const isLossy = (css: string): boolean => left_out.test(css.startsWith("{") ? css : `{${css}`);

/** Where what begins at `at` ends: a string, a comment, an escape, or one sign. */
function after(css: string, at: number): number {
  const sign = css[at];
  if (sign === "\\") return at + 2;
  if (sign === "/" && css[at + 1] === "*") {
    const end = css.indexOf("*/", at + 2);
    return end < 0 ? css.length : end + 2;
  }
  if (sign !== '"' && sign !== "'") return at + 1;
  let end = at + 1;
  while (end < css.length && css[end] !== sign && css[end] !== "\n") end += css[end] === "\\" ? 2 : 1;
  return end + 1;
}

/** The end of a part that ends with one of these signs, outside of strings, comments and brackets. */
function endOf(css: string, from: number, signs: string): number {
  let depth = 0;
  for (let at = from; at < css.length; ) {
    const sign = css[at] as string;
    if (depth === 0 && signs.includes(sign)) return at;
    if (sign === "(" || sign === "[") depth += 1;
    else if (sign === ")" || sign === "]") depth -= 1;
    // An address without quotes may have anything in it but its bracket.
    if (sign === "(" && /url$/i.test(css.slice(at - 3, at)) && !/^\(\s*["']/.test(css.slice(at, at + 40))) {
      const end = css.indexOf(")", at);
      at = end < 0 ? css.length : end;
    } else at = after(css, at);
  }
  return css.length;
}

const uncommented = (css: string): string => {
  let plain = "";
  for (let at = 0; at < css.length; ) {
    const next = after(css, at);
    plain += css.startsWith("/*", at) ? " " : css.slice(at, next);
    at = next;
  }
  return plain;
};

/** The source with all declarations renamed that a browser may not write out whole; without `@import`. */
export function veiled(source: string): string {
  let css = "";
  let count = 0;
  for (let at = 0; at < source.length; ) {
    const sign = source[at] as string;
    if (sign === "}" || sign === "{" || sign === ";" || /\s/.test(sign)) {
      css += sign;
      at += 1;
      continue;
    }
    if (source.startsWith("/*", at)) {
      at = after(source, at);
      continue;
    }
    const end = endOf(source, at, "{};");
    const part = uncommented(source.slice(at, end));
    name.lastIndex = 0;
    const declared = source[end] === "{" ? null : name.exec(part);
    if (/^@(?:import|charset)\b/i.test(part)) css += "";
    else if (declared !== null && late.test(part.slice(part.indexOf(":") + 1).replace(quoted, ""))) css += `${kept}${count++}-${part}`;
    else css += part;
    at = end;
  }
  return css;
}

/** The names as they were. */
export const unveiled = (css: string): string => css.replace(renamed, "$1");
