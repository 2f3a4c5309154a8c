// The tokens of CSS Syntax Level 3, as far as masking has to tell them apart.

export const t = { comment: 1, space: 2, text: 3, address: 4, number: 5, hash: 6, at: 7, call: 8, name: 9, sign: 10 } as const;
export interface Token {
  type: number;
  /** As it is written; of a text, an address, a hash, an at-rule, a call and a name: what it says. */
  says: string;
}

const escape = String.raw`\\(?:[0-9a-f]{1,6}\s?|[^\n0-9a-f])`;
const name = String.raw`(?:--|-?(?:[a-z_\u0080-\uffff]|${escape}))(?:[\w\u0080-\uffff-]|${escape})*`;
const one = new RegExp(
  [
    String.raw`(\/\*[^]*?(?:\*\/|$))`,
    String.raw`(\s+)`,
    String.raw`("(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?)`,
    String.raw`url\(\s*([^"'()\s\\][^"'()\s]*)?\s*\)`,
    String.raw`([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?(?:%|${name})?)`,
    String.raw`#((?:[\w\u0080-\uffff-]|${escape})+)`,
    String.raw`@(${name})`,
    String.raw`(${name})\(`,
    String.raw`(${name})`,
    String.raw`([^])`,
  ].join("|"),
  "gi",
);
const escaped = /\\(?:([0-9a-f]{1,6})\s?|\n|([^]))/gi;

export const unescaped = (text: string): string =>
  text.includes("\\")
    ? text.replace(escaped, (_, code?: string, sign?: string) => {
        if (code === undefined) return sign ?? "";
        const point = Number.parseInt(code, 16);
        return point === 0 || point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
      })
    : text;

export function tokensOf(css: string): Token[] {
  const tokens: Token[] = [];
  for (const found of css.matchAll(one)) {
    let type = 1;
    while (type < t.sign && found[type] === undefined) type++;
    // An address may be empty.
    if (found[type] === undefined) type = t.address;
    const written = found[type] ?? "";
    if (type === t.text) tokens.push({ type, says: unescaped(written.length > 1 && written.endsWith(written.charAt(0)) ? written.slice(1, -1) : written.slice(1)) });
    else tokens.push({ type, says: type === t.address || (type >= t.hash && type <= t.name) ? unescaped(written) : written });
  }
  return tokens;
}

/** A text of CSS that says just this. */
export const quoted = (text: string): string => `"${text.replace(/["\\\u0000-\u001f\ue000-\uf8ff]/g, (sign) => `\\${sign.charCodeAt(0).toString(16)} `)}"`;
