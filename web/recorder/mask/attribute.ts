// The attributes of one element as they may leave the page: by name and by what their value is.
import { pictureAddress, plainAddress } from "./address";
import { maskCss, plainCss } from "./css";
import { isSwitch, plainValue, selectOf, showsOption } from "./field";
import { choice_names, drawing_names, plain_names, shape_names, text_names } from "./names";
import { isField, isLabelled, share_mark, tagOf, type Memo, type Policy } from "./policy";
import { maskText } from "./text";

/** As the recorder has them: `null` for one that was taken away, an object for a part of `style`. */
export type Attributes = Record<string, unknown>;

const plain_value_max = 300;
const plain_value = /^[\w\s.,:;%#()[\]<>=*+\-/"']*$/;
/** A long number or something like an address of a person, in a class or an id. */
const personal_word = /\d{6,}|\w@\w/;

/** Classes and ids as far as they look like names that a designer gave. */
const plainWords = (value: string) =>
  value
    .split(/\s+/)
    .filter((word) => !personal_word.test(word))
    .join(" ");

type StyleParts = Record<string, string | [string, string] | false>;

function plainStyle(value: unknown, clean: (css: string) => string): unknown {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null) return undefined;
  const cleanPart = (name: string, part: string) => clean(`${name}:${part}`).slice(name.length + 1);
  return Object.fromEntries(
    Object.entries(value as StyleParts).map(([name, part]) => {
      if (part === false) return [name, false];
      return [name, Array.isArray(part) ? [cleanPart(name, part[0]), part[1]] : cleanPart(name, part)];
    }),
  );
}

/** What is left out is not for anybody else. `attributes` may be all of the element's, or those that have changed. */
export function plainAttributes(attributes: Attributes, element: Element, policy: Policy, memo?: Memo): Attributes {
  const base = element.baseURI;
  const tag = tagOf(element);
  const shown = policy.shows(element, memo);
  const field = isField(element);
  const drawing = element.namespaceURI === "http://www.w3.org/2000/svg";
  const styled = (css: string) => (shown ? plainCss(css, base) : maskCss(css, base, false));

  const plain = (name: string, value: unknown): unknown => {
    if (name === "_cssText") return tag === "link" ? plainCss(String(value), base) : maskCss(String(value), base);
    if (name === "style") return value === null ? null : plainStyle(value, styled);
    if (name === "class" || name === "id") return value === null ? null : plainWords(String(value));
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
    if (name === "href" || name === "xlink:href") {
      if (value === null) return null;
      const address = String(value);
      if (tag === "use") return address.startsWith("#") ? address : (plainAddress(address, base) ?? "") + (/#[\w-]+$/.exec(address)?.[0] ?? "");
      if (drawing && address.startsWith("#")) return address;
      if (drawing && tag !== "a") return shown ? (pictureAddress(address, base) ?? undefined) : undefined;
      // A link without an address looks like a link; where it leads is as private as what it says.
      return tag === "link" || shown ? (plainAddress(address, base) ?? "") : "";
    }
    if (name === "src" && (tag === "img" || (tag === "input" && /^image$/i.test(element.getAttribute("type") ?? "")))) {
      return shown ? (pictureAddress(String(value), base) ?? undefined) : undefined;
    }
    if (name === "background" && shown) return pictureAddress(String(value), base) ?? undefined;
    if (name === "name" && tag === "slot") return value;
    if (name === "rel" && tag === "link") return value;
    if (name.startsWith("data-lockstep")) return undefined;
    if (plain_names.has(name) || (drawing && drawing_names.has(name) && (shown || !shape_names.has(name)))) {
      if (typeof value !== "string" || name === "d" || name === "points") return value;
      if (value.includes("url(")) return plainCss(value, base);
      return value.length <= plain_value_max && plain_value.test(value) && !personal_word.test(value) ? value : undefined;
    }
    return undefined;
  };

  const result: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    const said = plain(name, value);
    if (said !== undefined) result[name] = said;
  }
  // Also while it is empty: it says that staff may see it, and write in it.
  if (field && (policy.showsField(element, memo) || (isLabelled(element) && shown))) result[share_mark] = "";
  return result;
}
