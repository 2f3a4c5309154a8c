// Where the focus goes when what had it is taken away: to the page's tools, from which keys go on.

/** Calls `work`, which takes something away, or lays something over the page. */
export function keepingFocus(within: Element, work: () => void): void {
  const had = document.activeElement;
  const inside = had !== null && had !== document.body && within.contains(had);
  work();
  if (inside && !had.isConnected) document.getElementById("tools")?.focus({ preventScroll: true });
}
