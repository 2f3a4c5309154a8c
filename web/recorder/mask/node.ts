// A serialized part of the page as it may leave it.
import { whole, type Slices } from "../slices";
import { node_type, type Nodes, type RecordedNode } from "../rrweb";
import { plainAttributes, rootOf, type Attributes } from "./attribute";
import { boxAttributes, boxName, isBoxed } from "./box";
import type { Sheets } from "./css";
import { showsOption } from "./field";
import { wasEarly } from "./tags";
import { tagOf, type Memo, type Policy } from "./policy";
import { maskText, maskValue } from "./text";

/** Levels of elements; the JSON of each is two levels, and 200 of those are taken. */
export const depth_max = 90;

/** The page is nested deeper than can be sent. */
export class TooDeep extends Error {
  constructor() {
    super(`the page is nested more than ${depth_max} elements deep: flatten it, or hide that part in an iframe`);
  }
}

export interface Filter {
  policy: Policy;
  sheets: Sheets;
  nodes: Nodes;
  memo: Memo;
  /** Every element that has been put down as a box. */
  boxed(element: Element): void;
  /** What was sent before may look otherwise by now. */
  stale(): void;
  /** What the recorder knows beside what was serialized. */
  more?: More;
}

export interface More {
  /** The attributes with the whole text of a style sheet, still to be masked. */
  whole(attributes: Attributes, element: Element): Attributes;
  /** What is painted and stands in no attribute, fit to be seen. */
  states(element: Element, memo: Memo): Attributes;
}

/** What stands in the node's text, as it may be read. */
export function plainText(text: string, node: Node, { policy, sheets, memo }: Filter): string {
  const parent = node.nodeType === 1 ? (node as Element) : node.parentElement;
  if (parent === null) return policy.shows(node, memo) ? text : maskText(text);
  const tag = tagOf(parent);
  if (tag === "style") return sheets.mask(text, parent.baseURI, rootOf(parent), false);
  if (tag === "textarea") return policy.showsField(parent, memo) ? text : maskValue(text);
  if (tag === "option" || tag === "optgroup") return showsOption(parent, policy, memo) ? text : maskText(text);
  return policy.shows(node, memo) ? text : maskText(text);
}

/** The root's style with the page's colour scheme, which a `meta` may say. */
export function rootStyle(style: unknown, document: Document): string {
  const said = document.querySelector('meta[name="color-scheme"]')?.getAttribute("content") ?? "";
  return (/^[a-z ]{1,40}$/.test(said) ? `color-scheme:${said};` : "") + (typeof style === "string" ? style : "");
}

/** One node as it may leave the page, still without what is in it. */
interface Made {
  plain: RecordedNode;
  within: readonly RecordedNode[];
}
const nothing: readonly RecordedNode[] = [];

/** Null: this node is not for anybody else, with everything in it. */
function madePlain(node: RecordedNode, filter: Filter, depth: number): Made | null {
  if (depth > depth_max) throw new TooDeep();
  const live = filter.nodes.getNode(node.id);
  if (live === null) return null;
  const { id, type, rootId, isShadow } = node;
  const base: RecordedNode = { id, type };
  if (rootId !== undefined) base.rootId = rootId;
  if (isShadow !== undefined) base.isShadow = isShadow;
  const within = node.childNodes ?? nothing;

  if (type === node_type.document) return { plain: { ...base, compatMode: node.compatMode, childNodes: [] }, within };
  if (type === node_type.doctype) return { plain: { ...base, name: "html", publicId: node.publicId, systemId: node.systemId }, within: nothing };
  if (type === node_type.text) return { plain: { ...base, textContent: plainText(node.textContent ?? "", live, filter) }, within: nothing };
  if (type !== node_type.element) return null;

  const element = live as Element;
  if (isBoxed(element)) {
    filter.boxed(element);
    return { plain: { ...base, tagName: boxName(element), attributes: boxAttributes(element), childNodes: [] }, within: nothing };
  }
  const { more } = filter;
  const given = node.attributes ?? {};
  const attributes = plainAttributes(more?.whole(given, element) ?? given, element, filter.policy, filter.sheets, filter.memo);
  for (const [name, state] of Object.entries(more?.states(element, filter.memo) ?? {})) if (state !== null) attributes[name] = state;
  if (node.tagName === "html") attributes.style = rootStyle(attributes.style, element.ownerDocument);
  if (node.tagName === "img" && attributes.src === undefined) {
    const { width, height } = element.getBoundingClientRect();
    Object.assign(attributes, { rr_width: `${width}px`, rr_height: `${height}px` });
  }
  if (element.localName.includes("-") && wasEarly(element.localName)) filter.stale();
  const { tagName, isSVG, isShadowHost, isCustom } = node;
  return { plain: { ...base, tagName, attributes, isSVG, isShadowHost, isCustom, childNodes: [] }, within };
}

/** The same with everything in it, node by node. */
export function* plainSlices(node: RecordedNode, filter: Filter): Slices<RecordedNode | null> {
  const top = madePlain(node, filter, 0);
  if (top === null) return null;
  const open = [{ ...top, at: 0 }];
  for (let here = open.at(-1); here !== undefined; here = open.at(-1)) {
    const child = here.within[here.at++];
    if (child === undefined) {
      open.pop();
      continue;
    }
    const made = madePlain(child, filter, open.length);
    if (made !== null) {
      here.plain.childNodes?.push(made.plain);
      if (made.within.length > 0) open.push({ ...made, at: 0 });
    }
    yield;
  }
  return top.plain;
}

export const plainNode = (node: RecordedNode, filter: Filter): RecordedNode | null => whole(plainSlices(node, filter));
