// What a sheet says, rule by rule, as its source has it where CSSOM leaves something out.
import { isLate, isLossy, unveiled, veiled } from "./lossless";

/** Rules whose source is remembered: what a page keeps inserting may not grow without end. */
const remembered_max = 5_000;
const depth_max = 20;

const reference = /url\(\s*(?:"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|([^"')]*))\s*\)/gi;

/** Addresses as they are read from this sheet; `data`: what stands in the place of one that may not leave the page. */
export const absolute = (css: string, base: string, data: (address: string) => string | null = () => null): string =>
  css.replace(reference, (whole, double?: string, single?: string, bare?: string) => {
    const address = (double ?? single ?? bare ?? "").trim();
    if (address === "" || address.startsWith("#") || address.startsWith("data:") || !URL.canParse(address, base)) return whole;
    const { href } = new URL(address, base);
    return `url("${data(href) ?? href.replace(/["\\\n]/g, encodeURIComponent)}")`;
  });

/** Whether some address in it may not leave the page. */
export const hasPrivateAddress = (css: string): boolean =>
  /url\(/i.test(css) && [...css.matchAll(reference)].some(([, double, single, bare]) => /^(?!data:|#)(?:blob:|.*\?)/i.test((double ?? single ?? bare ?? "").trim()));

function rulesOf(css: string): readonly CSSRule[] {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return [...sheet.cssRules];
}

const within = (rule: CSSRule): readonly CSSRule[] => ("cssRules" in rule ? [...(rule as CSSGroupingRule).cssRules] : []);

/** For each rule that CSSOM does not tell whole, what its source said; of two that look alike, in their order. */
export class Sources {
  private readonly told = new Map<string, string[]>();

  learn(source: string): void {
    if (!isLate(source)) return;
    const plain = veiled(source);
    let lacking: readonly CSSRule[];
    let whole: readonly CSSRule[];
    try {
      // Without comments and imports, with the names as they were: the same rules at the same places.
      lacking = rulesOf(unveiled(plain));
      if (!lacking.some(({ cssText }) => isLossy(cssText))) return;
      whole = rulesOf(plain);
    } catch {
      return;
    }
    this.pair(lacking, whole, 0);
  }

  private pair(lacking: readonly CSSRule[], whole: readonly CSSRule[], depth: number): void {
    if (lacking.length !== whole.length || depth > depth_max) return;
    lacking.forEach((rule, at) => {
      const text = rule.cssText;
      if (!isLossy(text)) return;
      const before = this.told.get(text) ?? [];
      if (before.length < remembered_max) before.push(unveiled((whole[at] as CSSRule).cssText));
      this.told.set(text, before);
      if (this.told.size > remembered_max) this.told.delete(this.told.keys().next().value as string);
      this.pair(within(rule), within(whole[at] as CSSRule), depth + 1);
    });
  }

  /** `nth`: how many rules that look alike came before it. */
  of(text: string, nth = 0): string | null {
    const told = this.told.get(text);
    return told === undefined ? null : (told[Math.min(nth, told.length - 1)] as string);
  }
}

/** What a style rule is about now; null: that cannot be told. */
export function elementsOf(rule: CSSRule, root: Document | ShadowRoot): Element[] | null {
  const { selectorText } = rule as CSSStyleRule;
  if (selectorText === undefined || within(rule).length > 0) return null;
  const found = new Set<Element>();
  for (const selector of selectorText.replace(/::[\w-]+(?:\([^)]*\))?/g, "").split(/,(?![^(]*\))/)) {
    if ("host" in root && /^\s*:host\b/.test(selector)) found.add(root.host);
    else {
      try {
        for (const element of root.querySelectorAll(selector.trim() || "*")) found.add(element);
      } catch {
        return null;
      }
    }
  }
  return [...found];
}

/** A rule without a source: what it leaves out is read from an element that it is about. */
export function fromElements(rule: CSSRule, root: Document | ShadowRoot): string {
  const [element] = elementsOf(rule, root) ?? [];
  const pseudo = /::[\w-]+(?:\([^)]*\))?$/.exec((rule as CSSStyleRule).selectorText)?.[0];
  return element === undefined ? rule.cssText : filled(rule.cssText, getComputedStyle(element, pseudo));
}

/** Declarations with what they leave out, as it has been worked out. */
const filled = (css: string, style: CSSStyleDeclaration): string =>
  css.replace(/((?:^|[{;])\s*)((?!--)[a-z-]+):(\s*(?:!important)?)(?=;)/g, (_, before: string, name: string, priority: string) => `${before}${name}: ${style.getPropertyValue(name)}${priority}`);

/** An element's own style that a program has set: what it leaves out is known of the element alone. Null: nothing. */
export function ownStyle(element: Element): string | null {
  const css = element.getAttribute("style");
  return css !== null && isLossy(css) ? filled(css, getComputedStyle(element)) : null;
}
