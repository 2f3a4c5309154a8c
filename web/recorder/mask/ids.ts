// Ids: of what is shown as they are, of everything else as tokens; what was said first holds for as long as the page is loaded.
import { isMarked, tokenOf } from "./words";

const ids_max = 200_000;
const said = new Map<string, string>();
let isShown: (element: Element) => boolean = () => false;

/** Who knows what is shown. */
export function judgeIdsBy(shows: (element: Element) => boolean): void {
  isShown = shows;
}

/** The id as it may leave the page: in an attribute, in a selector, in an address within the page. */
export function idOf(id: string, element: Element | null = document.getElementById(id)): string {
  const known = said.get(id);
  if (known !== undefined) return known;
  const plain = isMarked(id) || (element !== null && !personal_word.test(id) && isShown(element)) ? id : tokenOf(`#${id}`);
  if (said.size < ids_max) said.set(id, plain);
  return plain;
}

/** A long number or something like an address of a person. */
export const personal_word = /\d{6,}|\w@\w/;
