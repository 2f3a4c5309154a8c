// What lies in the browser's top layer, and in which order: open popovers, modal dialogs, what fills the screen.
import type { Nodes } from "../rrweb";

/** Things that lie there at once; more is no page for people. */
const open_max = 100;

type Kind = "popover" | "modal" | "full";
interface Open {
  element: Element;
  /** Grows with every opening, so that what is there keeps its own when something comes or goes. */
  turn: number;
  /** What opened it, by which it may be placed. */
  source: Element | null;
}

export interface TopLayer {
  /** `turn kind source`; null: it is not there. */
  of(element: Element): string | null;
  /** Also in here things may open. */
  watch(root: Document | ShadowRoot): void;
  stop(): void;
}

const is = (element: Element, selector: string): boolean => {
  try {
    return element.matches(selector);
  } catch {
    return false;
  }
};

/** A page that fills the screen itself is no more than a larger page. */
function kindOf(element: Element): Kind | null {
  if (element.localName === "dialog" && is(element, ":modal")) return "modal";
  if (element.hasAttribute("popover") && is(element, ":popover-open")) return "popover";
  return element !== document.documentElement && is(element, ":fullscreen") ? "full" : null;
}

/** The one of two that is painted over the other, where they meet; null: they do not. */
function above(one: Element, other: Element): Element | null {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  const [left, right] = [Math.max(a.left, b.left), Math.min(a.right, b.right)];
  const [top, bottom] = [Math.max(a.top, b.top), Math.min(a.bottom, b.bottom)];
  if (left >= right || top >= bottom) return null;
  const there = document.elementsFromPoint((left + right) / 2, (top + bottom) / 2);
  return there.flatMap((hit) => [one, other].filter((each) => each.contains(hit) || hit.shadowRoot?.contains(each) === true)).at(0) ?? null;
}

export function topLayerOf(nodes: Nodes, changed: (element: Element) => void): TopLayer {
  let open: Open[] = [];
  let turns = 0;
  const undo: (() => void)[] = [];
  const watched = new WeakSet<Node>();

  const put = (element: Element, source: Element | null = null): Open => {
    open = open.filter((one) => one.element !== element && one.element.isConnected);
    turns += 1;
    const one = { element, turn: turns, source };
    if (open.length < open_max) open.push(one);
    return one;
  };
  /** One that was there before anybody looked: under those that are painted over it. */
  const found = (element: Element): Open => {
    const one = put(element);
    const over = open.filter((other) => other !== one && above(other.element, element) === other.element);
    const lowest = over.sort((a, b) => a.turn - b.turn)[0];
    if (lowest !== undefined) one.turn = lowest.turn - 0.5;
    return one;
  };

  const opening = (event: Event) => {
    const element = event.target as Element;
    const { newState, source } = event as ToggleEvent & { source?: Element | null };
    if (newState === "open" && (element.localName === "dialog" || element.hasAttribute("popover"))) put(element, source ?? invokerOf(element));
  };
  const opened = (event: Event) => {
    const element = event.target as Element;
    if (element.localName !== "details") changed(element);
  };
  let full: Element | null = null;
  const filled = () => {
    const before = full;
    full = document.fullscreenElement;
    for (const element of [before, full]) if (element !== null) changed(element);
  };
  const watch = (root: Document | ShadowRoot) => {
    if (watched.has(root)) return;
    watched.add(root);
    const work = { beforetoggle: opening, toggle: opened, fullscreenchange: filled };
    for (const [name, listener] of Object.entries(work)) {
      root.addEventListener(name, listener, true);
      undo.push(() => root.removeEventListener(name, listener, true));
    }
  };
  watch(document);

  return {
    of(element) {
      const kind = kindOf(element);
      if (kind === null) return null;
      const { turn, source } = open.find((one) => one.element === element) ?? found(element);
      const from = source === null ? -1 : nodes.getId(source);
      return `${turn} ${kind}${from > 0 ? ` ${from}` : ""}`;
    },
    watch,
    stop: () => undo.forEach((one) => one()),
  };
}

/** The button that opens it, for browsers that do not say so. */
function invokerOf(popover: Element): Element | null {
  if (popover.id === "") return null;
  const id = CSS.escape(popover.id);
  return (popover.getRootNode() as Document).querySelector(`[popovertarget="${id}"],[commandfor="${id}"]`);
}
