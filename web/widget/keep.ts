// Keeps what is ours on the page and above everything there, whatever the page does with its own elements.
import { hear, hearAgain } from "./hear";

/** So often within this time it is put back; a page that takes it away more often gets its way. */
export const put_back_max = 20;
export const lately_ms = 10_000;
/** Said to the company's page, at its window, when that has happened. */
export const gone_event = "lockstep-gone";

export interface Ours {
  host: HTMLElement;
  /** It stands on the page again, perhaps without the handlers of its elements. */
  back(): void;
  /** The page had its way. */
  gone?(): void;
}

/** From the lowest to the highest. */
const kept: Ours[] = [];
/** The page's modal dialogs, in the order in which they were opened. */
const dialogs = new Set<Element>();
let lately: number[] = [];
let focused: EventTarget | undefined;
let begun = false;

/** What happens inside is not the page's: its keys, its traps for the focus, what it does when one presses elsewhere. */
const own_events = ["keydown", "keypress", "keyup", "click", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "focusin", "focusout"];

/** Makes this an element of ours, which is put back in the very turn in which the page takes it away. */
export function define(tag: string): void {
  customElements.define(
    tag,
    class extends HTMLElement {
      disconnectedCallback() {
        queueMicrotask(place);
      }
    },
  );
}

/** Keeps it from now on, as the highest or the lowest of ours. */
export function keep(ours: Ours, lowest = false): void {
  const { host } = ours;
  const known = kept.findIndex((one) => one.host === host);
  if (known >= 0) kept.splice(known, 1);
  else {
    for (const type of own_events) {
      hear(host, type, (event) => {
        event.stopPropagation();
        // Else it would close the page's dialog in which ours may stand.
        if (type === "keydown" && (event as KeyboardEvent).key === "Escape") event.preventDefault();
        if (type === "focusin") focused = event.composedPath()[0];
        // Also when it is taken away with the focus in it: then this comes first, and the page's turn ends later.
        if (type === "focusout") setTimeout(() => host.contains(document.activeElement) || (focused = undefined));
      });
    }
  }
  if (lowest) kept.unshift(ours);
  else kept.push(ours);
  if (!begun) {
    begun = true;
    new MutationObserver(place).observe(document, { childList: true });
    new MutationObserver(place).observe(document, { subtree: true, attributeFilter: ["open"] });
    hear(document, "fullscreenchange", raise);
    hear(document, "toggle", ({ target }) => kept.some(({ host }) => host === target) || raise(), { capture: true });
  }
  if (!host.isConnected) root()?.appendChild(host);
  place();
  raise();
}

/** A page that fought gets another chance to keep it. */
export function keepAgain(): void {
  lately = [];
  place();
}

/** Above the page's own top layer, which no transform, overflow or index of the page reaches. */
function raise(): void {
  for (const { host } of kept) {
    if (!host.isConnected || typeof host.showPopover !== "function") continue;
    host.popover = "manual";
    if (host.matches(":popover-open")) host.hidePopover();
    host.showPopover();
  }
}

/** The document's own, or the page's modal dialog, beside which nothing can be used; null in a document that has just been opened. */
function root(): Element | null {
  for (const dialog of document.querySelectorAll("dialog:modal")) dialogs.add(dialog);
  for (const dialog of dialogs) if (!dialog.matches(":modal")) dialogs.delete(dialog);
  return [...dialogs].pop() ?? document.documentElement;
}

function place(): void {
  const into = root();
  if (into === null) return;
  const away = kept.filter(({ host }) => host.parentNode !== into);
  if (away.length === 0) return;
  if (away.some(({ host }) => !host.isConnected)) {
    const now = Date.now();
    lately = [...lately.filter((at) => now - at < lately_ms), now];
    if (lately.length > put_back_max) {
      if (lately.length === put_back_max + 1) {
        dispatchEvent(new CustomEvent(gone_event));
        for (const { gone } of kept) gone?.();
      }
      return;
    }
    hearAgain();
  }
  // Who has gone on to something of the page's stays there.
  const at = document.activeElement;
  const held = at === null || at === document.body || kept.some(({ host }) => host === at) ? focused : undefined;
  for (const { host, back } of away) {
    const lost = !host.isConnected;
    // What is only moved keeps its frames and its focus, where the browser can.
    if (!lost && "moveBefore" in into) into.moveBefore(host, null);
    else into.appendChild(host);
    if (lost) back();
  }
  raise();
  if (held instanceof HTMLElement) held.focus({ preventScroll: true });
}
