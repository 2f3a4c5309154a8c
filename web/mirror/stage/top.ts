// Puts into this browser's top layer what lies in the customer's, in the same order.

import { FULL } from "../frames/adapt";

/** Says that an element lies there: `turn kind source`, of which the highest turn is on top. */
export const TOP = "data-lockstep-top";

export interface Lying {
  element: HTMLElement;
  turn: number;
  kind: "popover" | "modal" | "full";
  /** Recorder's id of what opened it. */
  source: number | undefined;
}

const shape = /^(\d+(?:\.\d+)?) (popover|modal|full)(?: (\d+))?$/;

export function lyingOf(element: HTMLElement): Lying | undefined {
  const [, turn, kind, source] = shape.exec(element.getAttribute(TOP) ?? "") ?? [];
  if (turn === undefined || !element.isConnected) return undefined;
  return { element, turn: Number(turn), kind: kind as Lying["kind"], source: source === undefined ? undefined : Number(source) };
}

const isOpen = ({ element, kind }: Lying): boolean => element.matches(kind === "modal" ? ":modal" : ":popover-open");
const isSame = (one: Lying | undefined, other: Lying) => one?.element === other.element && one.turn === other.turn && one.kind === other.kind;

/** What `popover` said before it was opened here. */
const said = new WeakMap<HTMLElement, string | null>();

function close({ element, kind }: Lying): void {
  if (kind === "modal" && element.matches(":modal")) (element as HTMLDialogElement).close();
  if (kind !== "modal" && element.matches(":popover-open")) element.hidePopover();
  element.removeAttribute(FULL);
  const before = said.get(element);
  said.delete(element);
  if (before === null) element.removeAttribute("popover");
  else if (before !== undefined) element.setAttribute("popover", before);
}

function open({ element, kind, source }: Lying, nodeOf: (id: number) => Node | null): void {
  if (kind === "modal") {
    const dialog = element as HTMLDialogElement;
    if (dialog.matches(":modal")) dialog.close();
    // rrweb, or its attribute, may have opened it another way.
    dialog.removeAttribute("open");
    dialog.showModal();
    return;
  }
  if (element.matches(":popover-open")) element.hidePopover();
  // Those that close others have done so at the customer's.
  const popover = element.getAttribute("popover");
  if (popover !== "manual") {
    said.set(element, popover);
    element.setAttribute("popover", "manual");
  }
  if (kind === "full") element.setAttribute(FULL, "");
  const from = source === undefined ? null : nodeOf(source);
  element.showPopover(from instanceof (element.ownerDocument.defaultView as Window & typeof globalThis).HTMLElement ? { source: from } : undefined);
}

/** Answers what lies there now. `before`: what it answered last. */
export function settleTop(before: readonly Lying[], elements: Iterable<HTMLElement>, nodeOf: (id: number) => Node | null): Lying[] {
  const wanted = [...elements].flatMap((element) => lyingOf(element) ?? []).sort((one, other) => one.turn - other.turn);
  let same = 0;
  while (same < wanted.length && isSame(before[same], wanted[same] as Lying) && isOpen(wanted[same] as Lying)) same += 1;
  for (const one of before.slice(same).reverse()) close(one);
  for (const one of wanted.slice(same)) {
    try {
      open(one, nodeOf);
    } catch {
      // It stays where the page has it: a closed popover, or a dialog in the page's flow.
    }
  }
  return wanted;
}
