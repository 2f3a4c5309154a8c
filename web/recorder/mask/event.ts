// Every event of the recorder on its way out: what is known is cleaned, what is not known does not pass.
import { whole, type Slices } from "../slices";
import { kind, source, type Mutation, type RecordedEvent, type RecordedNode } from "../rrweb";
import { plainAddress } from "./address";
import { isPublicSheet, lookForUnread, plainAttributes, type Attributes } from "./attribute";
import { boxStyle, isBoxed, isInside } from "./box";
import { maskProperty, propertyName } from "./css";
import { isSwitch, plainValue } from "./field";
import { askedMore } from "./matches";
import { nested } from "./nest";
import { plainSlices, plainText, rootStyle, type Filter } from "./node";
import { isField, tagOf } from "./policy";
import { markedWords } from "./words";

/** A page may look otherwise to whoever likes it dark. */
export const dark_scheme = "(prefers-color-scheme: dark)";

/** The event as it may leave the page; null: it does not. */
export const plainEvent = (event: RecordedEvent, filter: Filter): RecordedEvent | null => whole(eventSlices(event, filter));

export function* eventSlices(event: RecordedEvent, filter: Filter): Slices<RecordedEvent | null> {
  const { type, timestamp } = event;
  let data = yield* dataSlices(event, filter);
  if (askedMore()) {
    // Elements that came before the style that asks of them.
    if (type === kind.full) data = yield* dataSlices(event, filter);
    else filter.stale();
  }
  return data === null ? null : { type, data, timestamp };
}

/** Whether the page has become another while an event was being masked: what that recorded stands where others may read it. */
export function unsettles({ type, data }: RecordedEvent, { nodes, policy }: Pick<Filter, "nodes" | "policy">): boolean {
  if (type !== kind.incremental || data.source !== source.mutation) return false;
  const { attributes, adds, removes } = data as unknown as Mutation;
  const removed = new Set(removes.map(({ id }) => id));
  return (
    adds.some(({ node }) => removed.has(node.id)) ||
    attributes.some(({ id, attributes: changed }) => {
      const element = nodes.getNode(id);
      return element?.nodeType === 1 && (policy.turned(element as Element) || Object.keys(changed).some((name) => placing.has(name)));
    })
  );
}

function* dataSlices({ type, data }: RecordedEvent, filter: Filter): Slices<Record<string, unknown> | null> {
  if (type === kind.meta) {
    const { width, height } = data;
    return { href: plainAddress(String(data.href), document.baseURI) ?? "", width, height, dark: matchMedia(dark_scheme).matches, words: markedWords() };
  }
  if (type === kind.full) {
    yield* lookForUnread(filter.policy, filter.memo);
    const node = yield* plainSlices(data.node as RecordedNode, filter);
    if (node === null) throw new Error("the page itself has no node");
    return { node, initialOffset: data.initialOffset };
  }
  if (type !== kind.incremental) return null;
  const live = typeof data.id === "number" ? filter.nodes.getNode(data.id) : null;
  switch (data.source) {
    case source.mutation:
      return yield* mutationSlices(data as unknown as Mutation, filter);
    case source.mouseMove:
    case source.touchMove:
      return { source: data.source, positions: data.positions };
    case source.mouseInteraction: {
      const { id, x, y, pointerType } = data;
      return live === null || isInside(live) ? null : { source: data.source, type: data.type, id, x, y, pointerType };
    }
    case source.scroll:
      return live === null || isInside(live) ? null : { source: data.source, id: data.id, x: data.x, y: data.y };
    case source.resize:
      return { source: data.source, width: data.width, height: data.height };
    case source.input:
      return plainInput(data, live, filter);
    case source.styleRule:
    case source.styleDeclaration:
    case source.adoptedStyles:
      return live !== null && isInside(live) ? null : plainStyles(data, live, filter);
    default:
      return null;
  }
}

function plainInput(data: Record<string, unknown>, live: Node | null, { policy, memo }: Filter): Record<string, unknown> | null {
  if (!isField(live) || isInside(live)) return null;
  const shown = policy.showsField(live, memo);
  const { id } = data;
  // Of a choice that is not shown not even the moment is told.
  if (isSwitch(live) || tagOf(live) === "select") {
    return shown ? { source: data.source, id, text: String(data.text), isChecked: data.isChecked } : null;
  }
  return { source: data.source, id, text: plainValue(String(data.text), live, policy, memo), isChecked: false };
}

function plainStyles(data: Record<string, unknown>, live: Node | null, { sheets }: Filter): Record<string, unknown> {
  const base = live?.baseURI ?? document.baseURI;
  const root = (live?.getRootNode() ?? document) as Document | ShadowRoot;
  const isPublic = live?.nodeType === 1 && isPublicSheet(live as Element);
  const clean = (css: unknown) => sheets.mask(String(css), base, root, isPublic);
  const rules = (list: unknown) => (list as { rule: string; index?: unknown }[]).map(({ rule, index }) => ({ rule: clean(rule), index }));
  const { id, styleId, index, removes } = data;
  const result: Record<string, unknown> = { source: data.source, id, styleId, index, removes };
  if (Array.isArray(data.adds)) result.adds = rules(data.adds);
  if (typeof data.replace === "string") result.replace = clean(data.replace);
  if (typeof data.replaceSync === "string") result.replaceSync = clean(data.replaceSync);
  if (data.set !== undefined) {
    const { property, value, priority } = data.set as { property: string; value: unknown; priority?: string };
    const plain = maskProperty(property, String(value ?? ""), base, false);
    if (plain !== null) result.set = { property: plain.property, value: value === null ? null : plain.value, priority: priority === "important" ? priority : "" };
  }
  if (data.remove !== undefined) {
    const property = propertyName((data.remove as { property: string }).property, true);
    if (property !== null) result.remove = { property };
  }
  if (data.styleIds !== undefined) result.styleIds = data.styleIds;
  if (Array.isArray(data.styles)) {
    result.styles = (data.styles as { styleId: number; rules: unknown }[]).map((sheet) => ({ styleId: sheet.styleId, rules: rules(sheet.rules) }));
  }
  return result;
}

/** A change of these may move a node to where other rules hold. */
const placing = new Set(["slot", "contenteditable", "autocomplete", "type", "data-lockstep-share", "data-lockstep-hide"]);

function* mutationSlices(change: Mutation, filter: Filter): Slices<Record<string, unknown> | null> {
  const { nodes, policy, sheets, stale } = filter;
  // First of all: what the rest is judged by.
  for (const { id, attributes } of change.attributes) {
    yield;
    const element = nodes.getNode(id);
    if (element?.nodeType !== 1) continue;
    if (policy.turned(element as Element) || Object.keys(attributes).some((name) => placing.has(name))) stale();
  }
  /** Of many nodes that are added, most stand in the same places. */
  const places = new Map<Node, boolean>();
  const isHere = (parent: Node | null): parent is Node => {
    if (parent === null) return false;
    const known = places.get(parent) ?? !isInside(parent);
    places.set(parent, known);
    return known;
  };
  const adds: Mutation["adds"] = [];
  for (const { parentId, nextId, node } of change.adds) {
    yield;
    if (!isHere(nodes.getNode(parentId))) continue;
    const plain = yield* plainSlices(node, filter);
    if (plain !== null) adds.push({ parentId, nextId, node: plain });
  }
  const removes: Mutation["removes"] = [];
  for (const removed of change.removes) {
    yield;
    const parent = nodes.getNode(removed.parentId);
    if (parent === null || isHere(parent)) removes.push(removed);
  }
  const texts: Mutation["texts"] = [];
  for (const { id, value } of change.texts) {
    yield;
    const live = nodes.getNode(id);
    if (live !== null && !isInside(live)) texts.push({ id, value: value === null ? null : plainText(value, live, filter) });
  }
  const attributes: Mutation["attributes"] = [];
  for (const { id, attributes: changed } of change.attributes) {
    yield;
    const live = nodes.getNode(id);
    const plain = live?.nodeType === 1 ? changedAttributes(changed, live as Element, filter) : null;
    if (plain !== null) attributes.push({ id, attributes: plain });
  }
  if (adds.length + attributes.length > 0 && (yield* sheets.turned(performance.now()))) stale();
  if (adds.length + removes.length + texts.length + attributes.length === 0) return null;
  return { source: source.mutation, adds: yield* nested(adds), removes, texts, attributes };
}

/** Null: nothing of it is for anybody else. */
function changedAttributes(changed: Attributes, element: Element, { policy, sheets, memo, more }: Filter): Attributes | null {
  if (isBoxed(element)) return { style: boxStyle(element) };
  if (isInside(element)) return null;
  const plain = plainAttributes(more?.whole(changed, element) ?? changed, element, policy, sheets, memo);
  Object.assign(plain, more?.states(element, memo));
  if (element.localName === "html" && typeof plain.style !== "object" && "style" in plain) plain.style = rootStyle(plain.style, document);
  return Object.keys(plain).length === 0 ? null : plain;
}
