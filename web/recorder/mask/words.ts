// Names that a page has made up, as they may leave it: what CSS itself says stays, everything else becomes a token that
// means the same word for as long as this page is loaded, and nothing to anybody else.
import { fonts, inside } from "./known";

/** So many words of one page have a token; further ones match nothing. */
const tokens_max = 200_000;
/** Looking a word up in every property is slow: so many that are found nowhere are looked for, then none. */
const misses_max = 400;
export const token_shape = /^ls[0-9a-z]+$/;

const tokens = new Map<string, string>();
let last = 0;

/** Chance and order, not arithmetic: nothing can be computed back from it. */
export function tokenOf(word: string): string {
  const known = tokens.get(word);
  if (known !== undefined) return known;
  const token = `ls${(last += 1).toString(36)}`;
  if (tokens.size < tokens_max) tokens.set(word, token);
  return token;
}

const supports = (property: string, value?: string): boolean => {
  try {
    return value === undefined ? CSS.supports(property) : CSS.supports(property, value);
  } catch {
    return false;
  }
};

function remembered<T>(decide: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>();
  return (word) => {
    let answer = known.get(word);
    if (answer === undefined) {
      answer = decide(word);
      if (known.size < tokens_max) known.set(word, answer);
    }
    return answer;
  };
}

/** Names of properties that this browser has. */
export const isProperty = remembered((name) => /^-?[a-z][a-z-]*$/.test(name) && supports(name, "initial"));

/** Some take names of the page's own making: what they take is no word of CSS's. */
const nonsense = "lockstep-nonsense";
let asked: string[] | null = null;
const properties = (): string[] => (asked ??= [...getComputedStyle(document.documentElement)].filter((name) => !supports(name, nonsense)));
const common = ["display", "color", "position", "text-align", "cursor", "font-weight", "overflow", "align-items", "justify-content", "white-space", "border-top-style", "font-size", "width"];
let misses = 0;

/** Words that CSS knows as values, wherever. */
const isValue = remembered((word) => {
  if (common.some((property) => supports(property, word))) return true;
  if (misses >= misses_max) return false;
  if (properties().some((property) => supports(property, word))) return true;
  misses += 1;
  return false;
});

/** What the company has said of single words: they may be read wherever they stand. */
let marked: ReadonlySet<string> = new Set();
export function mark(words: string | null): void {
  marked = new Set((words ?? "").split(/[\s,]+/).filter((word) => word !== ""));
}
export const markedWords = (): string[] => [...marked];
export const isMarked = (word: string): boolean => marked.has(word);

/** A name in a value of CSS or in a rule's head: one that CSS knows, or a token. */
export const nameOf = remembered((word: string): string => {
  if (word.startsWith("--")) return `--${tokenOf(word)}`;
  const lower = word.toLowerCase();
  if (inside.has(lower) || (/^[a-z-]+$/.test(lower) && (isValue(lower) || isProperty(lower)))) return word;
  if (marked.has(word) || fonts.has(word)) return word;
  // An area of a grid gives its lines these names.
  const edge = /^(.+)(-start|-end)$/.exec(word);
  return edge === null ? tokenOf(word) : nameOf(edge[1] ?? "") + (edge[2] ?? "");
});

export const classOf = (word: string): string => (marked.has(word) ? word : tokenOf(`.${word}`));

const states_max = 50;
const states = new Set<string>();
const waiting = new Set<() => void>();

/** The name of a custom state, which a rule asks for. */
export function stateOf(name: string): string {
  if (!states.has(name) && states.size < states_max && supports(`selector(:state(${CSS.escape(name)}))`)) {
    states.add(name);
    for (const work of waiting) work();
  }
  return nameOf(name);
}
/** Those that the page's rules have asked for so far. */
export const stateNames = (): readonly string[] => [...states];
/** Calls `work` when there is another; returns how to call it off. */
export function onStateName(work: () => void): () => void {
  waiting.add(work);
  return () => void waiting.delete(work);
}
