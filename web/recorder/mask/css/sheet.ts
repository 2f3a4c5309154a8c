// Style sheets and declarations as they may leave the page. What is not known of CSS is left out.
import { descriptors, features } from "../known";
import { isProperty, nameOf } from "../words";
import { maskSelector } from "./selector";
import { t, tokensOf, type Token } from "./tokens";
import { maskValue, type Sheet } from "./value";

/** Rules within rules. */
const depth_max = 32;
const groups = /^(media|supports|container|layer|scope|starting-style)$/;
const names_first = /^(keyframes|counter-style|property|font-palette-values|position-try|page|font-feature-values)$/;
const declaring = /^(font-face|view-transition|counter-style|property|font-palette-values|position-try|page|top-left|top-right|bottom-left|bottom-right|top-center|bottom-center)$/;
/** So the recorder joins the texts of a style that has several. */
const split = "/* rr_split */";

/** Whether pictures of what these selectors are about may be shown. */
export type Judge = (selector: string) => boolean;

export interface Place {
  base: string;
  isPublic: boolean;
  judge: Judge;
}

export function maskSheet(css: string, place: Place): string {
  return new Masking(tokensOf(css), place).items(0, false);
}

/** The declarations of a `style` attribute. */
export function maskDeclarations(css: string, base: string, pictures: boolean): string {
  const masking = new Masking(tokensOf(css), { base, isPublic: false, judge: () => pictures });
  masking.subject = "";
  return masking.items(0, true);
}

/** What one property of this name says; null: nothing that may be read. */
export function maskProperty(property: string, value: string, base: string, pictures: boolean): { property: string; value: string } | null {
  const name = propertyName(property, false);
  return name === null ? null : { property: name, value: maskValue(tokensOf(value), property.startsWith("--") ? "--" : name, { base, isPublic: false, pictures: () => pictures }) };
}

/** Null: it is none. */
export function propertyName(property: string, inRule: boolean): string | null {
  if (property.startsWith("--")) return nameOf(property);
  const lower = property.toLowerCase();
  return isProperty(lower) || (inRule && descriptors.test(lower)) ? lower : null;
}

const nothing: Token = { type: t.sign, says: "" };

class Masking {
  /** The selectors of the rule around; null: no rule is around. */
  subject: string | null = null;
  private at = 0;
  private readonly sheet: Sheet;

  constructor(
    private readonly tokens: readonly Token[],
    place: Place,
  ) {
    const { base, isPublic, judge } = place;
    this.sheet = { base, isPublic, pictures: () => isPublic || (this.subject !== null && judge(this.subject)) };
  }

  private token(at: number): Token {
    return this.tokens[at] ?? nothing;
  }

  /** Rules and declarations up to the bracket that closes them. */
  items(depth: number, declares: boolean): string {
    let masked = "";
    while (this.at < this.tokens.length) {
      const { type, says } = this.token(this.at);
      if (type === t.space || (type === t.sign && (says === ";" || says === ")" || says === "]"))) this.at++;
      else if (type === t.comment) {
        if (says === split) masked += says;
        this.at++;
      } else if (type === t.sign && says === "}") {
        this.at++;
        if (depth > 0) return masked;
      } else if (type === t.at) masked += this.rule(depth, declares);
      else masked += this.item(depth, declares);
    }
    return masked;
  }

  /** Where, from here on, one of these signs stands outside of all brackets. */
  private until(signs: string): number {
    let open = 0;
    for (let n = this.at; n < this.tokens.length; n++) {
      const { type, says } = this.token(n);
      if (type === t.call) open++;
      if (type !== t.sign) continue;
      if (open === 0 && signs.includes(says)) return n;
      if (says === "(" || says === "[" || says === "{") open++;
      else if ((says === ")" || says === "]" || says === "}") && open > 0) open--;
    }
    return this.tokens.length;
  }

  private item(depth: number, declares: boolean): string {
    const name = this.token(this.at);
    const isOwn = declares && name.type === t.name && name.says.startsWith("--");
    const end = this.until(isOwn ? ";}" : ";{}");
    if (!isOwn && end < this.tokens.length && this.token(end).says === "{") {
      const head = trimmed(this.tokens.slice(this.at, end));
      this.at = end + 1;
      return this.block(maskSelector(head), depth, true, written(head));
    }
    const said = this.tokens.slice(this.at, end);
    this.at = end;
    return declares ? this.declaration(said) : "";
  }

  private block(head: string, depth: number, declares: boolean, subject: string | null): string {
    if (depth >= depth_max) {
      this.at = Math.min(this.until("}") + 1, this.tokens.length);
      return "";
    }
    const around = this.subject;
    // A rule within a rule is about what is within it.
    this.subject = subject === null ? around : around === null || around === "" ? subject : `${around} ${subject.replace(/&/g, "")}`;
    const within = this.items(depth + 1, declares);
    this.subject = around;
    return `${head}{${within}}`;
  }

  private declaration(said: readonly Token[]): string {
    const colon = said.findIndex(({ type, says }) => type === t.sign && says === ":");
    const [first] = said;
    if (colon < 0 || first?.type !== t.name) return "";
    const name = propertyName(first.says, true);
    if (name === null) return "";
    return `${name}:${maskValue(trimmed(said.slice(colon + 1)), first.says.startsWith("--") ? "--" : name, this.sheet)};`;
  }

  private rule(depth: number, declares: boolean): string {
    const name = this.token(this.at).says.toLowerCase();
    const kind = name.replace(/^-(webkit|moz)-/, "");
    this.at++;
    const end = this.until(";{}");
    const head = trimmed(this.tokens.slice(this.at, end));
    const hasBlock = end < this.tokens.length && this.token(end).says === "{";
    this.at = end + (hasBlock ? 1 : 0);
    if (!hasBlock) {
      if (kind === "layer") return `@layer ${this.condition(head)};`;
      return kind === "import" ? this.imported(head) : "";
    }
    if (kind === "scope") return this.block(`@scope ${maskSelector(head)}`, depth, declares, null);
    if (groups.test(kind)) return this.block(`@${name} ${this.condition(head)}`, depth, declares, null);
    if (kind === "keyframes") return this.block(`@${name} ${this.named(head)}`, depth, false, null);
    if (names_first.test(kind) || declaring.test(kind)) return this.block(`@${name} ${this.named(head)}`, depth, true, null);
    this.at = Math.min(this.until("}") + 1, this.tokens.length);
    return "";
  }

  /** A name by itself, which the page may also have put in quotes. */
  private named(head: readonly Token[]): string {
    return maskSelectorFree(head, this.sheet);
  }

  private imported(head: readonly Token[]): string {
    const at = head.findIndex(({ type }) => type === t.text || type === t.address);
    if (at < 0) return "";
    const address = maskValue([{ type: t.address, says: head[at]?.says ?? "" }], "src", { ...this.sheet, pictures: () => true });
    const after = head[at + 1]?.says === ")" ? at + 2 : at + 1;
    return address === "none" ? "" : `@import ${address} ${this.condition(trimmed(head.slice(after)))};`;
  }

  /** Of a medium, of a container, of what a browser can do. */
  private condition(head: readonly Token[]): string {
    let masked = "";
    for (let n = 0; n < head.length; n++) {
      const token = head[n] as Token;
      if (token.type === t.call && token.says.toLowerCase() === "selector") {
        const close = head.findIndex(({ type, says }, at) => at > n && type === t.sign && says === ")");
        const end = close < 0 ? head.length : close;
        masked += `selector(${maskSelector(head.slice(n + 1, end))})`;
        n = end;
      } else if (token.type === t.name && features.test(token.says.toLowerCase())) masked += token.says;
      // Without a unit there are but ratios and levels.
      else if (token.type === t.number && /^\d{3,}$/.test(token.says)) masked += "0";
      else masked += maskValue([token], "", this.sheet);
    }
    return masked;
  }
}

const maskSelectorFree = (head: readonly Token[], sheet: Sheet): string => head.map((token) => (token.type === t.text ? nameOf(token.says) : maskValue([token], "", sheet))).join("");

function trimmed(tokens: readonly Token[]): readonly Token[] {
  let from = 0;
  let to = tokens.length;
  while (from < to && tokens[from]?.type === t.space) from++;
  while (to > from && tokens[to - 1]?.type === t.space) to--;
  return tokens.slice(from, to);
}

/** A selector as the page asks it: to be tried on the page itself. */
function written(tokens: readonly Token[]): string {
  return tokens
    .map(({ type, says }) => {
      if (type === t.text) return JSON.stringify(says);
      if (type === t.hash) return `#${CSS.escape(says)}`;
      if (type === t.call) return `${says}(`;
      return type === t.name ? CSS.escape(says) : type === t.comment ? "" : says;
    })
    .join("");
}
