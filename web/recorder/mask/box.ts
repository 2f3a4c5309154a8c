// What is recorded as an empty box, or not at all: nothing inside of it leaves the page.
import { plainAddress } from "./address";
import type { Attributes } from "./attribute";
import { paintedIn, tagOf } from "./policy";

/** Our own: never in the picture. */
export const own_elements = "lockstep-widget,lockstep-display";
const nothing = `${own_elements},script,noscript,meta,base,template,link:not([rel~="stylesheet"])`;
export const shared_widget = "[data-lockstep-shared]";
/** A selector of everything whose inside is not recorded. */
export const boxed = `${nothing},iframe,frame,object,embed,canvas,video,audio,${shared_widget}`;

const depth_max = 500;
const kept_styles = ["boxSizing", "margin", "verticalAlign", "cssFloat", "position", "inset"] as const;

export const isBoxed = (element: Element): boolean => element.matches(boxed);
/** Whether the box takes up room. */
export const hasRoom = (element: Element): boolean => !element.matches(nothing);

/** Whether this node is in a box, is one itself, or belongs to another document. */
export function isInside(node: Node): boolean {
  if (node !== document && node.ownerDocument !== document) return true;
  for (let at: Node | null = node, depth = 0; at !== null; at = paintedIn(at), depth++) {
    if (depth > depth_max || (at.nodeType === 1 && isBoxed(at as Element))) return true;
  }
  return false;
}

/** The size and place of a box, as the value of `style`. */
export function boxStyle(element: Element): string {
  if (!hasRoom(element)) return "display:none";
  const style = getComputedStyle(element);
  if (style.display === "none") return "display:none";
  const { width, height } = element.getBoundingClientRect();
  const kebab = (name: string) => (name === "cssFloat" ? "float" : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  const kept = kept_styles.flatMap((name) => {
    const value = style[name];
    return value === "" || (name === "inset" && style.position === "static") ? [] : [`${kebab(name)}:${value}`];
  });
  const display = style.display === "inline" || style.display === "contents" ? "inline-block" : style.display;
  return [`display:${display}`, `width:${width}px`, `height:${height}px`, ...kept].join(";");
}

export function boxName(element: Element): string {
  if (!hasRoom(element)) return "lockstep-none";
  return element.matches(shared_widget) ? tagOf(element) : "lockstep-box";
}

export function boxAttributes(element: Element): Attributes {
  const attributes: Attributes = { style: boxStyle(element) };
  if (!hasRoom(element)) return attributes;
  const { width, height } = element.getBoundingClientRect();
  attributes.rr_width = `${width}px`;
  attributes.rr_height = `${height}px`;
  if (element.matches(shared_widget)) {
    attributes["data-lockstep-shared"] = element.getAttribute("data-lockstep-shared");
    attributes["data-lockstep-src"] = plainAddress(element.getAttribute("data-lockstep-src") ?? "", element.baseURI);
  } else attributes["data-lockstep-box"] = tagOf(element);
  return attributes;
}
