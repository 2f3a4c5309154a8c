// Names of elements: those of the web, and those that this page has.

const known = new Set("math mi mo mn ms mtext mrow msup msub msubsup mfrac msqrt mroot mspace mover munder munderover mtable mtr mtd mstyle mpadded mphantom semantics from to".split(" "));
/** Named by a style before the page had one. */
const early = new Set<string>();
const spaces = ["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"];

export function isKnownTag(name: string): boolean {
  const tag = name.toLowerCase();
  if (known.has(tag) || known.has(name)) return true;
  const is = tag.includes("-")
    ? customElements.get(tag) !== undefined || document.querySelector(CSS.escape(tag)) !== null
    : spaces.some((space) => {
        const { constructor } = document.createElementNS(space, space === spaces[0] ? tag : name);
        return constructor !== HTMLUnknownElement && constructor !== SVGElement && constructor !== Element;
      });
  (is ? known : early).add(is ? name : tag);
  return is;
}

/** An element of this name has come: whether a style that was sent names it by a token. */
export const wasEarly = (tag: string): boolean => early.size > 0 && early.delete(tag);
