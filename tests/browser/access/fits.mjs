// Whether texts of all kinds have room, looked at inside the page.

/** Evaluated in a page: texts over which something else lies, parts that are wider than the box that cuts them off, and whether the page is wider than its window. */
export function lookAtTexts() {
  const wrong = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) wrong.push(`the page is ${wide} px wide, ${innerWidth} px are shown`);
  const hitAt = (x, y, root = document) => {
    const hit = root.elementFromPoint(x, y);
    return hit?.shadowRoot && hit.shadowRoot !== root ? (hitAt(x, y, hit.shadowRoot) ?? hit) : hit;
  };
  const related = (one, other) => {
    for (const [inner, outer] of [[one, other], [other, one]]) for (let at = inner; at; at = at.parentNode ?? at.host) if (at === outer) return true;
    return false;
  };
  /** What stays in its place while the page scrolls, or lies above it on purpose. */
  const floats = (element) => {
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) if (/fixed|sticky/.test(getComputedStyle(at).position) || at.localName === "dialog") return true;
    return false;
  };
  const clip = (element) => {
    const box = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      if (getComputedStyle(at).overflow === "visible") continue;
      const { left, top, right, bottom } = at.getBoundingClientRect();
      Object.assign(box, { left: Math.max(box.left, left), top: Math.max(box.top, top), right: Math.min(box.right, right), bottom: Math.min(box.bottom, bottom) });
    }
    return box;
  };
  const roots = [document, ...[...document.querySelectorAll("lockstep-widget, lockstep-display")].map(({ shadowRoot }) => shadowRoot).filter(Boolean)];
  /** Tables, menus and fields scroll sideways on purpose. */
  const sideways = "table, pre, nav, input, select, textarea, [role=table], [role=grid], [role=row], [role=tablist]";
  for (const root of roots) {
    for (const box of root.querySelectorAll("*")) {
      const { overflowX, textOverflow, webkitLineClamp, display } = getComputedStyle(box);
      if (overflowX === "visible" || display.startsWith("inline") || textOverflow === "ellipsis" || webkitLineClamp !== "none" || box.clientWidth < 2 || !box.checkVisibility()) continue;
      if (box.scrollWidth <= box.clientWidth + 1 || box.matches(sideways) || box.querySelector(sideways.replace("input, select, textarea, ", "")) !== null) continue;
      wrong.push(`${box.localName}.${box.className} shows ${box.clientWidth} px of ${box.scrollWidth} px: “${(box.innerText ?? "").trim().slice(0, 40)}”`);
    }
    const walker = document.createTreeWalker(root === document ? document.body : root, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const element = text.parentElement;
      if (!element || text.data.trim() === "" || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || /^(script|style|option)$/.test(element.localName)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const box = clip(element);
      for (const { left, top, right, bottom } of range.getClientRects()) {
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        if (right - left < 2 || x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
        const hit = hitAt(x, y);
        // A ring is drawn around its number.
        if (hit === null || hit.closest("svg") !== null || related(hit, element) || (floats(hit) && !related(hit.closest?.("dialog") ?? hit, element))) continue;
        if (getComputedStyle(element).pointerEvents === "none" || element.closest("[aria-hidden=true]")) continue;
        // A label's text and its field stand in one another's place on purpose.
        if (element.closest("label")?.contains(hit)) continue;
        wrong.push(`“${text.data.trim().slice(0, 40)}” lies under ${hit.localName}.${hit.className} “${(hit.innerText ?? "").trim().slice(0, 30)}”`);
        break;
      }
    }
  }
  return wrong;
}
