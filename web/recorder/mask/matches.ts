// What the page's styles ask of attributes that do not leave the page: each question is a token, and whatever it is true of
// bears that token instead. So `[data-user="ada"]` and `[class*="col-"]` match in the mirror, and neither says why.
import { tokenOf } from "./words";

export const matches_name = "data-lockstep-matches";
/** No element is this. */
export const matches_nothing = `[${matches_name}~=""]`;
/** Attributes of which `attr()` shows something bear its text under this name and a token. */
export const said_name = "data-lockstep-said-";
const questions_max = 2_000;

interface Question {
  token: string;
  selector: string;
}
const asked = new Map<string, Question[]>();
const shown = new Map<string, string>();
let count = 0;
let isNew = false;

/** Whether there are questions since it was last asked: what has been sent does not bear their tokens. */
export function askedMore(): boolean {
  const more = isNew;
  isNew = false;
  return more;
}

/** `selector` asks one thing of the attribute `name`. */
export function matching(name: string, selector: string): string {
  const token = tokenOf(selector);
  const questions = asked.get(name) ?? [];
  if (!questions.some((one) => one.token === token)) {
    if (count >= questions_max) return matches_nothing;
    count += 1;
    isNew = true;
    asked.set(name, [...questions, { token, selector }]);
  }
  return `[${matches_name}~="${token}"]`;
}

/** The attribute that stands for this one in `attr()`. */
export function saidBy(name: string): string {
  let stands = shown.get(name);
  if (stands === undefined) {
    stands = said_name + tokenOf(`attr ${name}`);
    if (shown.size >= questions_max) return stands;
    shown.set(name, stands);
    isNew = true;
  }
  return stands;
}

/** The attribute that stands for this one by now, if any. */
export const standsFor = (name: string): string | undefined => shown.get(name);

export const isAsked = (name: string): boolean => asked.has(name) || shown.has(name);

/** A state that staff may not see by way of a style either. */
type Withheld = (name: string, value: string) => boolean;

/** The tokens of all questions that are true of the element; null: none is about it. */
export function matchesOf(element: Element, withheld: Withheld): string | null {
  if (count === 0) return null;
  let about = false;
  const tokens: string[] = [];
  for (const { name, value } of element.attributes) {
    const questions = asked.get(name);
    if (questions === undefined) continue;
    about = true;
    if (withheld(name, value)) continue;
    for (const { token, selector } of questions) if (element.matches(selector)) tokens.push(token);
  }
  return about ? tokens.join(" ") : null;
}

/** What `attr()` shows of the element, by the names that stand for its attributes. */
export function* saidOf(element: Element): Iterable<[string, string]> {
  if (shown.size === 0) return;
  for (const { name, value } of element.attributes) {
    const stands = shown.get(name);
    if (stands !== undefined) yield [stands, value];
  }
}
