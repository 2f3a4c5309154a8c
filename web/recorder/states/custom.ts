// States of custom elements, which only their own programs can list: asked for by the names that the page's sheets have.
import { afterCall } from "./patched";

const names_max = 50;
const elements_max = 2_000;
const named = /:state\(\s*([\w-]+)\s*\)/g;

export interface CustomStates {
  /** Of this element, as words; null: it has none. */
  of(element: Element): string | null;
  /** Rules that may name some. */
  learn(css: string): void;
  forget(): void;
  stop(): void;
}

export function customStatesOf(changed: (element: Element) => void): CustomStates {
  const names = new Set<string>();
  let elements = new Map<Element, string | null>();
  let looking = false;

  const statesOf = (element: Element): string | null => [...names].filter((name) => element.matches(`:state(${name})`)).join(" ") || null;
  const look = () => {
    if (looking || names.size === 0) return;
    looking = true;
    queueMicrotask(() => {
      looking = false;
      for (const [element, before] of elements) {
        if (!element.isConnected) elements.delete(element);
        else if (statesOf(element) !== before) changed(element);
      }
    });
  };
  const prototype = "CustomStateSet" in window ? (CustomStateSet.prototype as unknown as Record<string, unknown>) : undefined;
  const undo = ["add", "delete", "clear"].map((method) => afterCall(prototype, method, look));

  return {
    of(element) {
      if (!element.localName.includes("-")) return null;
      const states = statesOf(element);
      if (elements.size < elements_max || elements.has(element)) elements.set(element, states);
      return states;
    },
    learn(css) {
      if (!css.includes(":state(")) return;
      const before = names.size;
      for (const [, name = ""] of css.matchAll(named)) if (names.size < names_max && CSS.supports(`selector(:state(${name}))`)) names.add(name);
      if (names.size > before) look();
    },
    forget() {
      elements = new Map();
    },
    stop: () => undo.forEach((one) => one()),
  };
}
