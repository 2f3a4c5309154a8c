// For which media the sheet of an element is used now: what is switched off is so by a property, not by an attribute.

const off = "not all";

/** As the value of `media`; null: for all. Undefined: the element has no sheet, its own attribute counts. */
export function mediaOf(element: Element): string | null | undefined {
  const { sheet } = element as HTMLStyleElement | HTMLLinkElement;
  if (sheet === null) return undefined;
  if (sheet.disabled) return off;
  return sheet.media.mediaText || null;
}

export const isSheet = (element: Element): boolean => element.localName === "style" || element.localName === "link";
