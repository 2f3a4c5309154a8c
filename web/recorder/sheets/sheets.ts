// The page's style sheets as text: whole, whoever wrote them and however they came into the page.
import { source as source_of, type Nodes, type RecordedEvent } from "../rrweb";
import { isLossy } from "./lossless";
import { absolute, fromElements, Sources } from "./source";

/** Sheets whose source is fetched again, how long one may be, and how long one may take. */
const fetched_max = 50;
const source_chars_max = 2_000_000;
const fetch_ms = 10_000;
const imports_max = 20;

export interface Sheets {
  /** The whole text of a `style` or `link`; null: what CSSOM says is all that there is. */
  textOf(element: Element, said: string): string | null;
  /** What has been said of sheets that stand in no element, made whole in place. */
  mend(event: RecordedEvent): void;
}

interface World {
  nodes: Nodes;
  /** The source of this element's sheet has come: its text is another by now. */
  changed(element: Element): void;
}

type Owned = HTMLStyleElement | HTMLLinkElement;

export function sheetsOf({ nodes, changed }: World): Sheets {
  /** What was inserted and replaced while the page is recorded. */
  const live = new Sources();
  /** By address; null: it cannot be read. */
  const fetched = new Map<string, Sources | null>();
  const waiting = new Map<string, Set<Element>>();
  const written = new WeakMap<Element, { text: string; sources: Sources }>();

  const fetchFor = (address: string, element: Element) => {
    const others = waiting.get(address);
    if (others !== undefined) return void others.add(element);
    if (fetched.has(address) || fetched.size + waiting.size >= fetched_max || !/^https?:/.test(address)) return;
    waiting.set(address, new Set([element]));
    const done = (sources: Sources | null) => {
      fetched.set(address, sources);
      const asking = waiting.get(address);
      waiting.delete(address);
      if (sources !== null) for (const one of asking ?? []) if (one.isConnected) changed(one);
    };
    fetch(address, { cache: "force-cache", signal: AbortSignal.timeout(fetch_ms) })
      .then(async (response) => {
        const text = response.ok ? await response.text() : "";
        if (text.length > source_chars_max || text === "") return done(null);
        const sources = new Sources();
        sources.learn(text);
        done(sources);
      })
      .catch(() => done(null));
  };
  const sourcesOf = (sheet: CSSStyleSheet, owner: Element): Sources | null => {
    if (sheet.href !== null) {
      fetchFor(sheet.href, owner);
      return fetched.get(sheet.href) ?? null;
    }
    const text = owner.textContent;
    const known = written.get(owner);
    if (known?.text === text) return known.sources;
    const sources = new Sources();
    sources.learn(text);
    written.set(owner, { text, sources });
    return sources;
  };

  /** `own`: asked for only if something is left out. */
  const wholeRules = (rules: readonly CSSRule[], base: string, root: Document | ShadowRoot, own: () => Sources | null, imported: (rule: CSSImportRule) => string): string[] => {
    const alike = new Map<string, number>();
    return rules.map((rule) => {
      if ("styleSheet" in rule) return imported(rule as CSSImportRule);
      const text = rule.cssText;
      if (!isLossy(text)) return absolute(text, base);
      const nth = alike.get(text) ?? 0;
      alike.set(text, nth + 1);
      const told = own()?.of(text, nth) ?? live.of(text, nth);
      if (told !== null) return absolute(told, base);
      // What is in a group may have a source of its own.
      if ("cssRules" in rule && !("selectorText" in rule)) {
        const parts = wholeRules([...(rule as CSSGroupingRule).cssRules], base, root, own, imported);
        return `${text.slice(0, text.indexOf("{"))}{${parts.join("")}}`;
      }
      return absolute(fromElements(rule, root), base);
    });
  };

  const whole = (sheet: CSSStyleSheet, owner: Element, depth = 0): string => {
    const base = sheet.href ?? owner.baseURI;
    const root = owner.getRootNode() as Document | ShadowRoot;
    const imported = (rule: CSSImportRule): string => {
      let text: string;
      try {
        text = depth < imports_max && rule.styleSheet !== null ? whole(rule.styleSheet, owner, depth + 1) : "";
      } catch {
        // Of another origin, which does not let itself be read: whoever looks on loads it.
        return absolute(rule.cssText, base);
      }
      // One rule in the place of one rule: what is inserted later counts them.
      if (rule.layerName !== null) text = `@layer ${rule.layerName}{${text}}`;
      if (rule.supportsText !== null) text = `@supports ${/^\(|^not\b|\(\s*\(/.test(rule.supportsText) ? rule.supportsText : `(${rule.supportsText})`}{${text}}`;
      return `@media ${rule.media.mediaText || "all"}{${text}}`;
    };
    return wholeRules([...sheet.cssRules], base, root, () => sourcesOf(sheet, owner), imported).join("");
  };

  const adopted = (data: Record<string, unknown>) => {
    const host = nodes.getNode(data.id as number);
    const root = host === null ? null : host.nodeType === 9 ? (host as Document) : (host as Element).shadowRoot;
    const styles = data.styles as { styleId: number; rules: { rule: string; index?: number }[] }[] | undefined;
    const ids = data.styleIds as number[];
    for (const style of styles ?? []) {
      const sheet = root?.adoptedStyleSheets[ids.indexOf(style.styleId)];
      if (root == null || sheet === undefined) continue;
      const base = root.ownerDocument?.baseURI ?? document.baseURI;
      const rules = sheet.disabled ? [] : wholeRules([...sheet.cssRules], base, root, () => null, () => "");
      style.rules = rules.map((rule, index) => ({ rule, index }));
    }
  };

  return {
    textOf(element, said) {
      const { sheet } = element as Owned;
      if (sheet === null || (said !== "" && !isLossy(said) && ![...sheet.cssRules].some((rule) => "styleSheet" in rule))) return null;
      try {
        return whole(sheet, element);
      } catch {
        return null;
      }
    },
    mend({ data }) {
      if (data.source === source_of.adoptedStyles) adopted(data);
      if (data.source !== source_of.styleRule) return;
      for (const { rule } of (data.adds as { rule: string }[] | undefined) ?? []) live.learn(rule);
      for (const text of [data.replace, data.replaceSync]) if (typeof text === "string") live.learn(text);
    },
  };
}
