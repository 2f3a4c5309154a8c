// The attributes of one element as they may leave the page: by name and by what their value is.
import { pictureAddress, plainAddress } from "./address";
import { maskDeclarations, maskProperty, propertyName, type Sheets } from "./css";
import { isSwitch, plainValue, selectOf, showsOption } from "./field";
import { idOf, personal_word } from "./ids";
import { isAsked, matches_name, matchesOf, saidOf, standsFor } from "./matches";
import { choice_names, drawing_names, drawingWord, isPlainValue, made_up_names, plain_names, plainWord, set_names, shape_names, text_names } from "./names";
import { isField, isLabelled, share_mark, tagOf, type Memo, type Policy } from "./policy";
import type { Slices } from "../slices";
import { maskText } from "./text";
import { classOf, isProperty, nameOf, tokenOf } from "./words";

/** As the recorder has them: `null` for one that was taken away, an object for a part of `style`. */
export type Attributes = Record<string, unknown>;

const classes_max = 20_000;
const said_max = 300;
/** States that a control made of other elements tells in another attribute. */
const choice_state = /^(on|off|(un)?checked|(un)?selected|indeterminate|mixed|pressed|true|false|active|inactive|)$/;
export const choosing = "[role=checkbox],[role=radio],[role=switch],[role=option],[role=menuitemcheckbox],[role=menuitemradio],[aria-checked],[aria-pressed]";

const lists = new Map<string, string>();
/** A list of classes, each as its token. */
function plainClasses(value: string): string {
  let plain = lists.get(value);
  if (plain === undefined) {
    plain = value
      .split(/\s+/)
      .map((word) => (word === "" ? "" : classOf(word)))
      .join(" ");
    if (lists.size >= classes_max) lists.clear();
    lists.set(value, plain);
  }
  return plain;
}

/** Classes of what is shown, as they are: only while there is a sheet that cannot be read, and so knows no tokens. */
let readable: Set<string> | null = null;
const unread = (sheet: CSSStyleSheet): boolean => {
  try {
    return sheet.cssRules === null;
  } catch {
    return true;
  }
};
const classesOf = (value: string) => value.split(/\s+/).filter((word) => word !== "" && !personal_word.test(word));

/** Looks for such sheets, and for what is shown; with each full snapshot. */
export function* lookForUnread(policy: Policy, memo: Memo): Slices<void> {
  readable = [...document.styleSheets].some(unread) ? new Set() : null;
  if (readable === null) return;
  for (const element of document.querySelectorAll("[class]")) {
    yield;
    if (policy.shows(element, memo)) for (const word of classesOf(element.getAttribute("class") ?? "")) readable.add(word);
  }
}
const forUnread = (value: string, shown: boolean): string =>
  readable === null
    ? ""
    : classesOf(value)
        .filter((word) => shown || readable?.has(word) === true)
        .map((word) => ` ${word}`)
        .join("");

type StyleParts = Record<string, string | [string, string] | false>;

function plainStyle(value: unknown, base: string, pictures: boolean): unknown {
  if (typeof value === "string") return maskDeclarations(value, base, pictures);
  if (typeof value !== "object" || value === null) return undefined;
  return Object.fromEntries(
    Object.entries(value as StyleParts).flatMap(([name, part]): [string, unknown][] => {
      if (part === false) {
        const plain = propertyName(name, false);
        return plain === null ? [] : [[plain, false]];
      }
      const plain = maskProperty(name, Array.isArray(part) ? part[0] : part, base, pictures);
      return plain === null ? [] : [[plain.property, Array.isArray(part) ? [plain.value, part[1] === "important" ? part[1] : ""] : plain.value]];
    }),
  );
}

/** Whether this state of the element is a choice that staff may not see. */
const withheldBy =
  (element: Element, shown: boolean) =>
  (name: string, value: string): boolean =>
    /^(data-|aria-(selected|checked|pressed)|value)/.test(name) &&
    (choice_state.test(value) || name === "value") &&
    !(element.hasAttribute(share_mark) && shown) &&
    (isField(element) || element.closest(choosing) !== null);

/** What is left out is not for anybody else. `attributes` may be all of the element's, or those that have changed. */
export function plainAttributes(attributes: Attributes, element: Element, policy: Policy, sheets: Sheets, memo?: Memo): Attributes {
  const base = element.baseURI;
  const tag = tagOf(element);
  const shown = policy.shows(element, memo);
  const field = isField(element);
  const drawing = element.namespaceURI === "http://www.w3.org/2000/svg";
  const withheld = withheldBy(element, shown);

  const plain = (name: string, value: unknown): unknown => {
    if (name === "_cssText") return sheets.mask(String(value), base, rootOf(element), isPublicSheet(element));
    if (name === "style") return value === null ? null : plainStyle(value, base, shown);
    if (name === "class") return value === null ? null : plainClasses(String(value)) + forUnread(String(value), shown);
    if (name === "id") return value === null ? null : idOf(String(value), element);
    if (text_names.has(name)) {
      const readable = tag === "option" ? showsOption(element, policy, memo) : shown;
      return value === null || readable ? value : maskText(String(value));
    }
    if (choice_names.has(name)) return element.hasAttribute(share_mark) && shown ? value : undefined;
    if (name === "value") {
      if (field && !isSwitch(element) && tag !== "select") return value === null ? null : plainValue(String(value), element, policy, memo);
      if (tag === "select" || field) return policy.showsField(element, memo) ? value : undefined;
      if (tag === "option") return selectOf(element) !== null && showsOption(element, policy, memo) ? value : undefined;
      return (tag === "progress" || tag === "meter" || tag === "li") && shown ? value : undefined;
    }
    if (name === "checked") return policy.showsField(element, memo) ? value : undefined;
    if (name === "selected") return selectOf(element) !== null && showsOption(element, policy, memo) ? value : undefined;
    if (name === "min" || name === "max" || name === "step") return shown && (!field || policy.showsField(element, memo)) ? value : undefined;
    if (name === "start") return shown && /^-?\d+$/.test(String(value)) ? value : undefined;
    if (name === "href" || name === "xlink:href") {
      if (value === null) return null;
      const address = String(value);
      if (drawing && address.startsWith("#")) return `#${idOf(address.slice(1))}`;
      if (tag === "use") return shown ? (plainAddress(address, base) ?? "") + (/#[\w-]+$/.exec(address)?.[0] ?? "") : "";
      if (drawing && tag !== "a") return shown ? (pictureAddress(address, base) ?? undefined) : undefined;
      // A link without an address looks like a link; where it leads is as private as what it says.
      return tag === "link" || shown ? (plainAddress(address, base) ?? "") : "";
    }
    if (name === "src" && (tag === "img" || (tag === "input" && /^image$/i.test(element.getAttribute("type") ?? "")))) {
      return shown ? (pictureAddress(String(value), base) ?? undefined) : undefined;
    }
    if (name === "background" && shown) return pictureAddress(String(value), base) ?? undefined;
    if (name === "name" && tag === "slot") return value === null ? null : madeUp(String(value));
    if (name.startsWith("data-lockstep")) return undefined;
    if (made_up_names.has(name)) return value === null ? null : madeUp(String(value));
    if (drawing && (drawing_names.test(name) || isProperty(name)) && (shown || !shape_names.has(name))) return value === null ? null : drawn(name, String(value));
    if (set_names.has(name)) {
      if (name === "rel" && tag !== "link") return undefined;
      if (value === null) return null;
      if (withheld(name, String(value))) return undefined;
      return isPlainValue(name, String(value)) ? value : tokenOf(String(value));
    }
    if (plain_names.has(name)) {
      if (typeof value !== "string") return value;
      // The recorder's own, unless the page has written them.
      if (name.startsWith("rr_") && element.hasAttribute(name)) return undefined;
      if (name === "face") return value.split(",").map(madeUp).join(",");
      if (/^(width|height|media|sizes)$/.test(name) && !(name in element)) return undefined;
      return name === "media" || name === "sizes" ? condition(value) : plainWord(name, value);
    }
    return undefined;
  };
  const drawn = (name: string, value: string) => drawingWord(name, value) ?? (isProperty(name) ? maskProperty(name, value, base, shown)?.value : undefined);

  const result: Attributes = {};
  let about = false;
  for (const [name, value] of Object.entries(attributes)) {
    const said = plain(name, value);
    if (said !== undefined) result[name] = said;
    about ||= isAsked(name);
  }
  if (about) bears(result, attributes, element, shown, withheld);
  // Looked at as it is made: what was a password once stays one.
  if (field) policy.isSecret(element);
  // Also while it is empty: it says that staff may see it, and write in it.
  if (field && (policy.showsField(element, memo) || (isLabelled(element) && shown))) result[share_mark] = "";
  return result;
}

/** What the page's styles ask and show of attributes that do not leave it. */
function bears(result: Attributes, changed: Attributes, element: Element, shown: boolean, withheld: (name: string, value: string) => boolean): void {
  for (const name of Object.keys(changed)) {
    const stands = standsFor(name);
    if (stands !== undefined && changed[name] === null) result[stands] = null;
  }
  const tokens = matchesOf(element, withheld);
  if (tokens !== null) result[matches_name] = tokens;
  else if (Object.values(changed).includes(null)) result[matches_name] = null;
  for (const [name, text] of saidOf(element)) if (text.length <= said_max) result[name] = shown ? text : maskText(text);
}

const madeUp = (value: string): string =>
  value
    .split(/([\s,:]+)/)
    .map((word, n) => (n % 2 === 1 || word === "" ? word : nameOf(word)))
    .join("");

/** What `media` and `sizes` ask: as a rule would. */
const condition = (value: string): string => /^@media (.*)\{\}$/.exec(maskMedia(value))?.[1] ?? "";
const maskMedia = (value: string): string => maskDeclarations(`@media ${value.replace(/[{};]/g, "")}{}`, "", false);

export const rootOf = (element: Element): Document | ShadowRoot => element.getRootNode() as Document | ShadowRoot;

/** A file of the web's. What a page makes itself, by an address of its own, is as private as what it writes. */
export function isPublicSheet(element: Element | null): boolean {
  return element !== null && element.localName === "link" && /^https?:$/.test(protocolOf((element as HTMLLinkElement).href));
}
function protocolOf(address: string): string {
  try {
    return new URL(address).protocol;
  } catch {
    return "";
  }
}
