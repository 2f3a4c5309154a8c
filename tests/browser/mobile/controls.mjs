// What of ours a finger can reach on a small screen, looked at inside the page.

/**
 * Evaluated in a page: what is wrong with the controls of ours that are shown. Each can be pressed at its centre and near
 * its corners, is large enough for a finger, and a field for text is no reason for the browser to zoom in.
 */
export function lookAtControls({ least_px, safe }) {
  const controls = "button, a[href], input, select, textarea, summary, [role=button]";
  const zooms_below_px = 16;
  /** Inside of a round corner. */
  const cornerOf = (element) => Math.min(element.offsetHeight / 2 - 1, 5 + 0.3 * parseFloat(getComputedStyle(element).borderTopLeftRadius));
  const wrong = [];
  const hitAt = (x, y, root = document) => {
    const hit = root.elementFromPoint(x, y);
    return hit?.shadowRoot && hit.shadowRoot !== root ? (hitAt(x, y, hit.shadowRoot) ?? hit) : hit;
  };
  const contains = (outer, inner) => {
    for (let at = inner; at; at = at.parentNode ?? at.host) if (at === outer) return true;
    return false;
  };
  const nameOf = (element) => `${element.localName} “${(element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "").trim().replace(/\s+/g, " ").slice(0, 50)}”`;
  /** What of it is not cut off by a box that scrolls or by the screen. */
  const shownOf = (element) => {
    let { left, top, right, bottom } = element.getBoundingClientRect();
    for (let at = element.parentElement ?? element.getRootNode().host; at; at = at.parentElement ?? at.getRootNode().host) {
      if (getComputedStyle(at).overflow === "visible") continue;
      const box = at.getBoundingClientRect();
      [left, top, right, bottom] = [Math.max(left, box.left), Math.max(top, box.top), Math.min(right, box.right), Math.min(bottom, box.bottom)];
    }
    return { left: Math.max(0, left), top: Math.max(0, top), right: Math.min(innerWidth, right), bottom: Math.min(innerHeight, bottom) };
  };
  const roots = [...document.querySelectorAll("lockstep-widget, lockstep-display")].map(({ shadowRoot }) => shadowRoot).filter(Boolean);
  let looked = 0;
  for (const element of roots.flatMap((root) => [...root.querySelectorAll(controls)])) {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const label = element.type === "checkbox" || element.type === "radio" ? element.closest("label") : null;
    const target = label ?? element;
    const whole = target.getBoundingClientRect();
    const shown = shownOf(target);
    const free = { top: safe.top, bottom: innerHeight - safe.bottom };
    // What has been scrolled away is not shown.
    if (shown.bottom - shown.top < Math.min(8, whole.height) || shown.right - shown.left < 8) continue;
    looked += 1;
    if (shown.top < free.top - 1 || shown.bottom > free.bottom + 1) wrong.push(`${nameOf(element)} lies where the screen is not free`);
    if (whole.width < least_px || whole.height < least_px) wrong.push(`${nameOf(element)} is ${Math.round(whole.width)} × ${Math.round(whole.height)} px`);
    if (whole.left < -1 || whole.right > innerWidth + 1) wrong.push(`${nameOf(element)} goes beyond the screen's edge`);
    const typed = element.localName === "textarea" || element.localName === "select" || (element.localName === "input" && !/^(checkbox|radio|button|submit)$/.test(element.type));
    if (typed && parseFloat(getComputedStyle(element).fontSize) < zooms_below_px) wrong.push(`${nameOf(element)} has letters of ${getComputedStyle(element).fontSize}: the browser zooms in`);
    const points = [[(whole.left + whole.right) / 2, (whole.top + whole.bottom) / 2]];
    const corner = cornerOf(target);
    for (const x of [whole.left + corner, whole.right - corner]) for (const y of [whole.top + corner, whole.bottom - corner]) points.push([x, y]);
    for (const [x, y] of points) {
      if (x < shown.left || x > shown.right || y < shown.top || y > shown.bottom) continue;
      const hit = hitAt(x, y);
      if (hit !== null && contains(target, hit)) continue;
      wrong.push(`${nameOf(element)}: ${hit === null ? "nothing" : nameOf(hit)} lies over it at ${Math.round(x)}, ${Math.round(y)}`);
      break;
    }
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) wrong.push(`the page is ${wide} px wide on a screen of ${innerWidth}`);
  if (looked === 0) wrong.push("nothing of ours is shown");
  return { looked, wrong };
}
