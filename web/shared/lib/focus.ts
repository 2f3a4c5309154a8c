// The focus stays near where it was when what had it goes: a button whose work is done, a row that is no longer there.

/** Parts of a page that one can stand in. */
const parts = "main, section, aside, nav, header, footer, form, fieldset, dialog, [role=dialog], [role=region], [role=tabpanel]";

/** Where somebody goes on who stood at the first of these, each inside the next; undefined: where they are. */
function placeAfter(path: readonly Element[]): HTMLElement | undefined {
  const [had] = path;
  if (had === undefined) return undefined;
  if (had.isConnected && !had.matches(":disabled")) return had as HTMLElement;
  // What is busy is free again in a moment.
  if (had.isConnected && had.ariaBusy === "true") return undefined;
  return path.find((one): one is HTMLElement => one.isConnected && one.matches(parts)) ?? document.querySelector("main") ?? undefined;
}

/** For the whole page, once. */
export function keepFocus(): void {
  let path: Element[] = [];
  // The browser takes it from what is disabled only when it draws next.
  const isNowhere = () => document.activeElement?.matches("body, :disabled") !== false;
  document.addEventListener("focusin", ({ target }) => {
    path = [];
    for (let at = target instanceof Element ? target : null; at !== null; at = at.parentElement) path.push(at);
  });
  // Who presses elsewhere means to leave.
  document.addEventListener("pointerdown", () => void (path = []), { capture: true });
  new MutationObserver(() => {
    if (path.length === 0 || !isNowhere()) return;
    // Something may take the focus by itself.
    requestAnimationFrame(() => {
      const place = isNowhere() ? placeAfter(path) : undefined;
      if (place === undefined) return;
      if (place.tabIndex < 0) place.tabIndex = -1;
      place.focus({ preventScroll: true });
    });
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled", "aria-busy"] });
}
