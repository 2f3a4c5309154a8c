// States of custom elements, which only their own programs can list: asked for by the names that the page's sheets have.
import { nameOf, onStateName, stateNames } from "../mask/words";
import type { Memo, Policy } from "../mask/policy";
import { choosing } from "../mask/attribute";
import { afterCall } from "./patched";

const elements_max = 2_000;

export interface CustomStates {
  /** Of this element, as words that the sheets have by now; null: it has none that may be seen. */
  of(element: Element, policy: Policy, memo?: Memo): string | null;
  forget(): void;
  stop(): void;
}

/** What was chosen in it, as in a field: shown only where it says so itself. */
const isChoice = (element: Element): boolean => {
  const made = element.constructor as { formAssociated?: unknown };
  return Boolean(made.formAssociated) || element.closest(choosing) !== null;
};

export function customStatesOf(changed: (element: Element) => void): CustomStates {
  let elements = new Map<Element, string>();
  let looking = false;

  const statesOf = (element: Element): string =>
    stateNames()
      .filter((name) => element.matches(`:state(${CSS.escape(name)})`))
      .map(nameOf)
      .join(" ");
  const look = () => {
    if (looking || elements.size === 0) return;
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
  const undo = [...["add", "delete", "clear"].map((method) => afterCall(prototype, method, look)), onStateName(look)];

  return {
    of(element, policy, memo) {
      if (!element.localName.includes("-")) return null;
      const states = statesOf(element);
      if (elements.size < elements_max || elements.has(element)) elements.set(element, states);
      return states === "" || (isChoice(element) && !policy.showsField(element, memo)) ? null : states;
    },
    forget() {
      elements = new Map();
    },
    stop: () => undo.forEach((one) => one()),
  };
}
