// The page's style sheets as text: whole, whoever wrote them and however they came into the page.
import { source as source_of, type Nodes, type RecordedEvent } from "../rrweb";
import { sliced, type Slices } from "../slices";
import { isLossy } from "./lossless";
import { absolute, elementsOf, fromElements, hasPrivateAddress, Sources } from "./source";

/** Sheets whose source is fetched again, how long one may be, and how long one may take. */
const fetched_max = 50;
const source_chars_max = 2_000_000;
const fetch_ms = 10_000;
const imports_max = 20;
/** Rules whose pictures are looked for when the page has changed, and how soon. */
const unused_max = 500;
const look_ms = 500;

export interface Sheets {
  /** The whole text of a `style` or `link`; null: what CSSOM says is all that there is. */
  textOf(element: Element, said: string): string | null;
  /** What has been said of sheets that stand in no element, made whole in place. */
  mend(event: RecordedEvent): void;
  /** The page has changed: some rule may be about something now. */
  look(): void;
  /** Everything is asked for from the beginning. */
  forget(): void;
  stop(): void;
}

interface World {
  nodes: Nodes;
  /** The text of this element's sheet is another by now; null: of one that stands in no element. */
  changed(owner: Element | null): void;
  /** Whether what is painted in one of these may be seen. */
  shows(places: readonly Element[]): boolean;
  /** What is written in the place of the address of a picture; null: itself. */
  picture(address: string, changed: () => void): string | null;
}

type Owned = HTMLStyleElement | HTMLLinkElement;

/** What the rules of a sheet are about. */
interface Of {
  base: string;
  root: Document | ShadowRoot;
  owner: Element | null;
  /** Asked for only if something is left out. */
  own(): Sources | null;
  imported(rule: CSSImportRule): string;
}

export function sheetsOf({ nodes, changed, shows, picture }: World): Sheets {
  /** What was inserted and replaced while the page is recorded. */
  const live = new Sources();
  /** By address; null: it cannot be read. */
  const fetched = new Map<string, Sources | null>();
  const waiting = new Map<string, Set<Element>>();
  /** Rules with pictures that nothing shows. */
  let unused: { owner: Element | null; isUsed(): boolean }[] = [];
  let looking: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
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

  const wholeRules = (rules: readonly CSSRule[], { base, root, owner, own, imported }: Of): string[] => {
    const alike = new Map<string, number>();
    return rules.map((rule) => {
      if ("styleSheet" in rule) return imported(rule as CSSImportRule);
      const said = rule.cssText;
      const isPicture = hasPrivateAddress(said);
      let text: string | null = said;
      if (isLossy(said)) {
        const nth = alike.get(said) ?? 0;
        alike.set(said, nth + 1);
        text = own()?.of(said, nth) ?? live.of(said, nth);
      }
      // What is in a group may have a source, and places, of its own.
      if ((text === null || isPicture) && "cssRules" in rule && !("selectorText" in rule)) {
        const parts = wholeRules([...(rule as CSSGroupingRule).cssRules], { base, root, owner, own, imported });
        return `${said.slice(0, said.indexOf("{"))}{${parts.join("")}}`;
      }
      text ??= fromElements(rule, root);
      if (!isPicture) return absolute(text, base);
      const isUsed = () => shows(elementsOf(rule, root) ?? []);
      if (isUsed()) return absolute(text, base, (address) => picture(address, () => changed(owner)));
      if (unused.length < unused_max) unused.push({ owner, isUsed });
      return absolute(text, base);
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
    return wholeRules([...sheet.cssRules], { base, root, owner, own: () => sourcesOf(sheet, owner), imported }).join("");
  };

  /** Rules that something shows by now. */
  function* lookedFor(): Slices<void> {
    const used = new Set<Element | null>();
    for (const { owner, isUsed } of unused) {
      yield;
      if (!used.has(owner) && (owner?.isConnected ?? true) && isUsed()) used.add(owner);
    }
    unused = unused.filter(({ owner }) => !used.has(owner) && (owner?.isConnected ?? true));
    for (const owner of used) changed(owner);
  }

  const adopted = (data: Record<string, unknown>) => {
    const host = nodes.getNode(data.id as number);
    const root = host === null ? null : host.nodeType === 9 ? (host as Document) : (host as Element).shadowRoot;
    const styles = data.styles as { styleId: number; rules: { rule: string; index?: number }[] }[] | undefined;
    const ids = data.styleIds as number[];
    for (const style of styles ?? []) {
      const sheet = root?.adoptedStyleSheets[ids.indexOf(style.styleId)];
      if (root == null || sheet === undefined) continue;
      const base = root.ownerDocument?.baseURI ?? document.baseURI;
      const rules = sheet.disabled ? [] : wholeRules([...sheet.cssRules], { base, root, owner: null, own: () => null, imported: () => "" });
      style.rules = rules.map((rule, index) => ({ rule, index }));
    }
  };

  return {
    textOf(element, said) {
      const { sheet } = element as Owned;
      try {
        const isWhole = said !== "" && !isLossy(said) && !hasPrivateAddress(said);
        if (sheet === null || (isWhole && ![...sheet.cssRules].some((rule) => "styleSheet" in rule))) return null;
        return whole(sheet, element);
      } catch {
        return null;
      }
    },
    look() {
      if (unused.length === 0 || looking !== undefined) return;
      looking = setTimeout(() => {
        void sliced(lookedFor(), () => stopped).finally(() => (looking = undefined));
      }, look_ms);
    },
    forget() {
      unused = [];
    },
    stop() {
      stopped = true;
      clearTimeout(looking);
    },
    mend({ data }) {
      if (data.source === source_of.adoptedStyles) adopted(data);
      if (data.source !== source_of.styleRule) return;
      const added = ((data.adds as { rule: string }[] | undefined) ?? []).map(({ rule }) => rule);
      const replaced = [data.replace, data.replaceSync].filter((text) => typeof text === "string");
      for (const text of [...added, ...replaced]) live.learn(text);
      // Which pictures are in it is seen once it is there.
      const owner = typeof data.id === "number" ? (nodes.getNode(data.id) as Element | null) : null;
      if ([...added, ...replaced].some(hasPrivateAddress)) queueMicrotask(() => changed(owner));
    },
  };
}
