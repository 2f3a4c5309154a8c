// Selectors: classes, ids and made-up names as tokens, and what is asked of attributes as `matches.ts` says it.
import { takers } from "../known";
import { matches_nothing, matching } from "../matches";
import { idOf } from "../ids";
import { isPlainValue, plain_names, set_names } from "../names";
import { isKnownTag } from "../tags";
import { classOf, nameOf, stateOf, tokenOf } from "../words";
import { quoted, t, type Token } from "./tokens";

/** Shown, if at all, under their own name and as they are. */
const states = /^(value|checked|selected|aria-(checked|selected|pressed|valuenow|valuetext))$/;

const isPseudo = (() => {
  const known = new Map<string, boolean>();
  return (name: string) => {
    let is = known.get(name);
    if (is === undefined) {
      is = /^[a-z-]+$/.test(name) && (CSS.supports(`selector(:${name})`) || CSS.supports(`selector(::${name})`));
      if (known.size < 1000) known.set(name, is);
    }
    return is;
  };
})();

export function maskSelector(tokens: readonly Token[]): string {
  let masked = "";
  /** What stands in the brackets that are open. */
  const within: string[] = [];
  let before = "";
  for (let n = 0; n < tokens.length; n++) {
    const { type, says } = tokens[n] as Token;
    const inside = within.at(-1) ?? "";
    if (type === t.sign && says === "[") {
      const end = tokens.findIndex((token, at) => at > n && token.type === t.sign && token.says === "]");
      if (end < 0) return masked + matches_nothing;
      masked += maskAttribute(tokens.slice(n + 1, end).filter(({ type }) => type !== t.space && type !== t.comment));
      n = end;
    } else if (type === t.space) masked += " ";
    else if (type === t.comment) masked += "/**/";
    else if (type === t.sign) {
      if (says === "(") within.push(inside);
      if (says === ")") within.pop();
      masked += /[\w;{}]/.test(says) ? "" : says;
    } else if (type === t.hash) masked += `#${CSS.escape(idOf(says))}`;
    else if (type === t.call) {
      const name = says.toLowerCase();
      within.push(name);
      masked += `${takers.test(name) ? name : nameOf(says)}(`;
    } else if (type === t.number) masked += /^[+-]?[\d.]{0,6}(%|n(-\d+)?)?$/i.test(says) ? says : "0";
    else if (type === t.name) {
      if (before === ".") masked += CSS.escape(classOf(says));
      else if (before === ":") masked += isPseudo(says.toLowerCase()) ? says : tokenOf(says);
      else if (inside === "lang") masked += isPlainValue("lang", says) ? says : tokenOf(says);
      else if (inside === "dir" || inside.startsWith("nth-")) masked += /^(ltr|rtl|even|odd|of|-?n(-\d*)?)$/i.test(says) || isKnownTag(says) ? says : tokenOf(says);
      else if (inside === "state") masked += stateOf(says);
      else if (/^(part|highlight|view-|active-)/.test(inside)) masked += nameOf(says);
      else masked += /^(to|from)$/i.test(says) || isKnownTag(says) ? says : tokenOf(says);
    } else if (type === t.text) masked += '""';
    before = type === t.sign ? says : "";
  }
  return masked;
}

/** What stands between `[` and `]`. */
function maskAttribute(tokens: readonly Token[]): string {
  const names = tokens.filter(({ type }) => type === t.name || type === t.text || type === t.number || type === t.hash);
  const name = names[0]?.says.toLowerCase() ?? "";
  const bar = tokens.findIndex(({ says }) => says === "|");
  // In a name space, or of a kind that is not known: it is asked of nothing.
  if (!/^[a-z_][\w:.-]*$/i.test(name) || (bar >= 0 && tokens[bar + 1]?.says !== "=")) return matches_nothing;
  const sign = tokens.filter(({ type }) => type === t.sign).map(({ says }) => says).join("");
  if (!/^[~|^$*]?=$|^$/.test(sign)) return matches_nothing;
  const value = names[1]?.says ?? "";
  const flag = names[2] === undefined ? "" : /^[is]$/i.test(names[2].says) ? ` ${names[2].says}` : "";
  const written = sign === "" ? `[${name}]` : `[${name}${sign}${quoted(value)}${flag}]`;
  if (states.test(name)) return sign === "" || /^(true|false|mixed|)$/.test(value) ? written : matches_nothing;
  if (sign === "" ? plain_names.has(name) || set_names.has(name) : set_names.has(name) && isPlainValue(name, value)) return written;
  return matching(name, written);
}
