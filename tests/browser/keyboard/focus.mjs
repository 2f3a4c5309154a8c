// Where the focus is, looked at inside the page: deep through shadow roots and frames of the same origin.

/**
 * Evaluated in a page. Says what has the focus, whether it is seen, how it looks, and how what had it before looks now.
 * `frame` is true where it goes on in a frame that this page cannot look into.
 */
export function lookAtFocus() {
  const deepest = (root) => {
    let at = root.activeElement;
    for (;;) {
      const inner = at?.shadowRoot?.activeElement ?? (at?.localName === "iframe" ? innerOf(at) : undefined);
      if (!inner) return at;
      at = inner;
    }
  };
  const innerOf = (frame) => {
    try {
      const inside = frame.contentDocument?.activeElement;
      return inside === frame.contentDocument?.body ? undefined : inside;
    } catch {
      return undefined;
    }
  };
  const hitAt = (x, y, root) => {
    const hit = root.elementFromPoint(x, y);
    return hit?.shadowRoot && hit.shadowRoot !== root ? (hitAt(x, y, hit.shadowRoot) ?? hit) : hit;
  };
  const contains = (outer, inner) => {
    for (let at = inner; at; at = at.parentNode ?? at.host) if (at === outer) return true;
    return false;
  };
  /** A field that is drawn by its label is seen, and has its ring, there. */
  const faceOf = (element) => {
    const { opacity, clipPath, appearance } = getComputedStyle(element);
    const small = element.offsetWidth <= 1 || element.offsetHeight <= 1;
    return opacity === "0" || clipPath !== "none" || (small && appearance !== undefined) ? (element.closest("label") ?? element.labels?.[0] ?? element) : element;
  };
  /** Where its ring may be drawn: on itself, on what is drawn in its place, or around it. */
  const partsOf = (element) => {
    const face = faceOf(element);
    return [...new Set([element, face, face === element ? null : element.nextElementSibling, element.parentElement])].filter(Boolean);
  };
  const lookOf = (element) =>
    partsOf(element)
      .map((part) => getComputedStyle(part))
      .map(({ outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor }) => `${outlineStyle === "none" ? "none" : `${outlineStyle} ${outlineWidth} ${outlineColor}`} ${boxShadow} ${borderColor} ${backgroundColor}`)
      .join(" | ");
  const ringed = (element) =>
    partsOf(element).some((part) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part);
      return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    });
  const seen = (element) => {
    const face = faceOf(element);
    const { left, top, right, bottom } = face.getBoundingClientRect();
    const view = { left: Math.max(left, 0), top: Math.max(top, 0), right: Math.min(right, innerWidth), bottom: Math.min(bottom, innerHeight) };
    if (view.right - view.left < 1 || view.bottom - view.top < 1) return false;
    // What no pointer reaches cannot be found by its place.
    if (getComputedStyle(face).pointerEvents === "none") return true;
    const points = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.15, 0.85].map((y) => [view.left + x * (view.right - view.left), view.top + y * (view.bottom - view.top)]));
    const root = face.ownerDocument;
    // What somebody has opened may lie over the company's page; what we show may not lie over ours.
    const ours = element.getRootNode() instanceof ShadowRoot;
    return points.some(([x, y]) => {
      const hit = hitAt(x, y, root);
      const opened = !ours && /^lockstep-/.test(hit?.getRootNode().host?.localName ?? "");
      return hit !== null && (opened || contains(face, hit) || hit.closest?.("label")?.control === element);
    });
  };
  const nameOf = (element) => {
    const label = element.getAttribute?.("aria-label") ?? element.labels?.[0]?.innerText ?? element.getAttribute?.("placeholder") ?? element.innerText ?? "";
    return `${element.localName}${element.type ? `[${element.type}]` : ""}${element.getAttribute?.("role") ? `(${element.getAttribute("role")})` : ""} “${label.trim().replace(/\s+/g, " ").slice(0, 60)}”`;
  };

  const element = deepest(document);
  const before = window.focusBefore;
  // What stands in a box together with what has the focus now may have its ring around the box.
  const left = before?.element !== element && before?.element.isConnected && !before.element.disabled && !contains(before.element.parentElement, element);
  const unchanged = left && before.ringed && lookOf(before.element) === before.look ? nameOf(before.element) : undefined;
  const lost = element === null || element === document.body || element === document.documentElement;
  if (lost) {
    window.focusBefore = undefined;
    return { lost, unchanged, open: document.querySelector("dialog[open]") !== null };
  }
  const frame = element.localName === "iframe";
  // A heading or a box that is put into focus is where one reads on: its place is seen, it does nothing.
  const place = element.tabIndex < 0;
  const has = ringed(element);
  window.focusBefore = { element, look: lookOf(element), ringed: has && !frame };
  return { lost: false, frame, place, seen: seen(element), ringed: has || frame, unchanged, name: nameOf(element) };
}

/** Evaluated in a page: what has the focus, through shadow roots. */
export function deepFocus() {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}
export const hasDeepFocus = (element) => element.getRootNode().activeElement === element && (!(element.getRootNode() instanceof ShadowRoot) || document.activeElement === element.getRootNode().host);

/** Evaluated on an element: whether it has the focus. */
export const hasFocus = (element) => element.getRootNode().activeElement === element;

/** Added to every page before anything else: tells of each event that a pointing device makes. */
export function tellOfPointers() {
  const kinds = ["pointerdown", "pointermove", "pointerover", "mousedown", "mousemove", "mouseover", "touchstart", "wheel"];
  for (const kind of kinds) addEventListener(kind, ({ isTrusted }) => isTrusted && window.toldOfPointer?.(`${kind} at ${location.pathname}`), { capture: true, passive: true });
  // A key's own click has no place and no count.
  addEventListener("click", ({ isTrusted, detail }) => isTrusted && detail > 0 && window.toldOfPointer?.(`click at ${location.pathname}`), { capture: true });
}
