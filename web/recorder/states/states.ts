// What is painted and stands in no attribute: said as attributes of our own, in each picture and when it changes.
import type { Attributes } from "../mask/attribute";
import { isSwitch } from "../mask/field";
import { tagOf, type Memo, type Policy } from "../mask/policy";
import { type Nodes } from "../rrweb";
import { afterCall, afterSet } from "./patched";
import { customStatesOf } from "./custom";
import { topLayerOf } from "./top";

/** Elements that one slot is given by hand. */
const assigned_max = 500;

export interface States {
  /** Everything of this element; null: what it had when it was last asked for, and has no more. */
  of(element: Element, policy: Policy, memo?: Memo): Attributes;
  /** Asked for from the beginning: what was told before is not known any more. */
  forget(): void;
  stop(): void;
}

interface World {
  nodes: Nodes;
  /** The element is to be asked again. */
  changed(element: Element): void;
  /** Everything is. */
  whole(): void;
  /** A shadow root that is recorded. */
  found(root: ShadowRoot): void;
}

export function statesOf({ nodes, changed, whole, found }: World): States {
  let told = new WeakMap<Element, string[]>();
  /** Once what the page is just doing is done. */
  const later = (element: unknown) => queueMicrotask(() => changed(element as Element));
  const top = topLayerOf(nodes, changed);
  const custom = customStatesOf(changed);

  const fieldStates = (element: Element, policy: Policy, memo?: Memo): Attributes => {
    const states: Attributes = {};
    if (isSwitch(element) && (element as HTMLInputElement).indeterminate && policy.showsField(element, memo)) states["data-lockstep-indeterminate"] = "";
    if (tagOf(element) === "select" && (element as HTMLSelectElement).multiple && policy.showsField(element, memo)) {
      const chosen = [...(element as HTMLSelectElement).options].flatMap(({ selected }, at) => (selected ? [at] : []));
      states["data-lockstep-chosen"] = chosen.join(" ");
    }
    return states;
  };
  const shadowStates = (element: Element): Attributes => {
    const states: Attributes = {};
    const { shadowRoot } = element;
    if (shadowRoot !== null) {
      top.watch(shadowRoot);
      found(shadowRoot);
      states["data-lockstep-shadow"] = shadowRoot.slotAssignment;
    }
    if (tagOf(element) !== "slot") return states;
    const root = element.getRootNode();
    if (!("slotAssignment" in root) || root.slotAssignment !== "manual") return states;
    const assigned = (element as HTMLSlotElement).assignedNodes().slice(0, assigned_max);
    states["data-lockstep-assigned"] = assigned.map((node) => nodes.getId(node)).join(" ");
    return states;
  };

  const undo = [
    afterSet(HTMLInputElement.prototype, "indeterminate", later),
    afterCall(HTMLSlotElement.prototype, "assign", later),
    afterCall(Element.prototype, "attachShadow", later),
    ...[StyleSheet, HTMLStyleElement, HTMLLinkElement].map(({ prototype }) =>
      afterSet(prototype as StyleSheet, "disabled", (sheet) => {
        if (sheet instanceof Element) later(sheet);
        else if ((sheet as StyleSheet).ownerNode instanceof Element) later((sheet as StyleSheet).ownerNode);
        // One that stands in no element is said with its rules.
        else whole();
      }),
    ),
  ];
  // A click ends what only the page can begin; a choice of many is told as a whole.
  const chosen = ({ target }: Event) => {
    const element = target as Element;
    if (isSwitch(element) || tagOf(element) === "select") changed(element);
  };
  document.addEventListener("change", chosen, true);

  return {
    of(element, policy, memo) {
      const states: Attributes = { ...fieldStates(element, policy, memo), ...shadowStates(element) };
      const place = top.of(element);
      if (place !== null) states["data-lockstep-top"] = place;
      const own = custom.of(element, policy, memo);
      if (own !== null) states["data-lockstep-state"] = own;
      for (const name of told.get(element) ?? []) states[name] ??= null;
      const now = Object.keys(states).filter((name) => states[name] !== null);
      if (now.length > 0) told.set(element, now);
      else told.delete(element);
      return states;
    },
    forget() {
      told = new WeakMap();
      custom.forget();
    },
    stop() {
      top.stop();
      custom.stop();
      document.removeEventListener("change", chosen, true);
      undo.forEach((one) => one());
    },
  };
}
