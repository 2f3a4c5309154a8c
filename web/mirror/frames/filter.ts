// Only what can be looked at gets into the mirror: whatever loads, runs, submits or navigates becomes an empty box.
import { adaptCss } from "./adapt";
import { flat } from "./flat";
import { isEvent, isList, isNode, isRecord, NODE, SOURCE, TYPE, type Attributes, type Event, type SerializedNode } from "./events";

/** Stands in the place of what is not shown, so that its neighbours keep theirs. */
export const EMPTY_BOX = "lockstep-empty";

/** Never shown, and without a size. */
const hidden = new Set(["script", "noscript", "meta", "base", "template", "portal", "param", "track"]);
/** Never shown, but the page has left room for it. */
const boxes = new Set(["iframe", "frame", "frameset", "object", "embed", "applet", "audio", "video", "fencedframe", "webview", EMPTY_BOX]);
const boxAttributes = new Set(["class", "id", "style", "rr_width", "rr_height", "width", "height", "hidden"]);

const droppedAttributes = new Set([
  "srcdoc", "action", "formaction", "formtarget", "target", "ping", "download", "autofocus", "http-equiv", "nonce",
  "integrity", "manifest", "is", "popovertarget", "popovertargetaction", "commandfor", "command", "accesskey", "contenteditable",
  "rr_dataurl", "rr_mediastate", "rr_mediacurrenttime", "autoplay", "attributionsrc", "usemap", "tabindex",
]);
const addresses = new Set(["href", "xlink:href", "src", "poster", "background", "cite", "longdesc"]);
const shownSources = new Set<number>(Object.values(SOURCE));
const tagShape = /^[a-z][\w.:-]*$/i;
const attributeShape = /^[^\s"'<>/=\u0000-\u001f]+$/;

/** What of an event is shown; null: nothing. `tagOf` names the tag of a node that is there already. */
export function safeEvent(value: unknown, tagOf: (id: number) => string | undefined): Event | null {
  if (!isEvent(value)) return null;
  const { type, timestamp, data } = value;
  if (type === TYPE.meta) return { type, timestamp, data };
  if (type === TYPE.full) return isNode(data.node) ? { type, timestamp, data: { ...data, node: safeNode(data.node) } } : null;
  if (type !== TYPE.incremental || typeof data.source !== "number" || !shownSources.has(data.source)) return null;
  if (data.source === SOURCE.styleSheetRule || data.source === SOURCE.adoptedStyleSheet) return { type, timestamp, data: adapted(data) as Record<string, unknown> };
  if (data.source !== SOURCE.mutation) return { type, timestamp, data };
  return { type, timestamp, data: safeMutation(data, tagOf) };
}

/** Every text in it is taken for rules. */
function adapted(value: unknown): unknown {
  if (typeof value === "string") return adaptCss(value);
  if (isList(value)) return value.map(adapted);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, adapted(one)])) : value;
}

function safeMutation(data: Record<string, unknown>, tagOf: (id: number) => string | undefined): Record<string, unknown> {
  const records = (list: unknown) => (isList(list) ? list.filter(isRecord) : []);
  const added = new Map<number, string>();
  const safe = records(data.adds).flatMap((one) =>
    // A document inside a document is a frame's.
    !isNode(one.node) || one.node.type === NODE.document ? [] : [{ ...one, node: safeNode(one.node) }],
  );
  const adds = flat(safe);
  for (const { node } of adds) if (node.tagName !== undefined) added.set(node.id, node.tagName);
  const attributes = records(data.attributes).map((one) => {
    const tag = typeof one.id === "number" ? (added.get(one.id) ?? tagOf(one.id) ?? "") : "";
    return { ...one, attributes: isRecord(one.attributes) ? safeAttributes(tag.toLowerCase(), one.attributes) : {} };
  });
  return { ...data, adds, attributes, removes: records(data.removes), texts: records(data.texts) };
}

export function safeNode(node: SerializedNode): SerializedNode {
  const { type } = node;
  if (type !== NODE.document && type !== NODE.doctype && type !== NODE.element && type !== NODE.text) return { type: NODE.comment, id: node.id, textContent: "" };
  if (type === NODE.document) return { ...node, childNodes: childrenOf(node) };
  if (type === NODE.text) return { ...node, textContent: String(node.textContent ?? "") };
  if (type !== NODE.element) return node;
  const tag = typeof node.tagName === "string" ? node.tagName.toLowerCase() : "";
  const attributes = isRecord(node.attributes) ? node.attributes : {};
  if (!tagShape.test(tag) || hidden.has(localName(tag)) || !isShown(localName(tag), attributes)) {
    return { ...box(node), attributes: { hidden: "", style: "display:none!important" } };
  }
  if (boxes.has(localName(tag))) return { ...box(node), attributes: safeAttributes(EMPTY_BOX, attributes) };
  const childNodes = childrenOf(node);
  if (tag === "style") for (const child of childNodes) if (child.type === NODE.text) child.textContent = adaptCss(String(child.textContent));
  return { ...node, tagName: node.tagName ?? "", attributes: safeAttributes(tag, attributes), childNodes };
}

const childrenOf = (node: SerializedNode) => (isList(node.childNodes) ? node.childNodes.filter(isNode).map(safeNode) : []);

/** Without a name space: `svg:script` is a script as well. */
const localName = (tag: string) => tag.slice(tag.lastIndexOf(":") + 1);

function box({ id, rootId, isShadow }: SerializedNode): SerializedNode {
  const kept = { ...(rootId === undefined ? {} : { rootId }), ...(isShadow === undefined ? {} : { isShadow }) };
  return { type: NODE.element, id, tagName: EMPTY_BOX, childNodes: [], ...kept };
}

function isShown(tag: string, attributes: Attributes): boolean {
  const text = (name: string) => String(attributes[name] ?? "").trim().toLowerCase();
  if (tag === "link") return /(^|\s)stylesheet(\s|$)/.test(text("rel")) || typeof attributes._cssText === "string";
  if (tag === "source") return attributes.src === undefined;
  if (tag === "set" || tag.startsWith("animate")) return !/^(xlink:)?href$|^on|^src/.test(text("attributeName") || text("attributename"));
  return true;
}

export function safeAttributes(tag: string, attributes: Attributes): Attributes {
  const safe: [string, unknown][] = [];
  for (const [name, value] of Object.entries(attributes)) {
    const known = name.toLowerCase();
    if (tag === EMPTY_BOX && !boxAttributes.has(known)) continue;
    if (!attributeShape.test(name) || known.startsWith("on") || known.startsWith("_on") || droppedAttributes.has(known)) continue;
    if (known === "_csstext" && typeof value === "string") safe.push([name, adaptCss(value)]);
    else if (known === "style" && isRecord(value)) safe.push([name, value]);
    else if (isRecord(value) || isList(value)) continue;
    else if (addresses.has(known) && typeof value === "string") safe.push([name, safeAddress(tag, known, value)]);
    else if ((known === "srcset" || known === "imagesrcset") && typeof value === "string") safe.push([name, /\b(?:javascript|blob|filesystem):/i.test(value) ? "" : value]);
    else safe.push([name, value]);
  }
  return Object.fromEntries(safe);
}

/** Links look like links and lead nowhere; what is loaded comes over http or is a picture in the page itself. */
function safeAddress(tag: string, name: string, value: string): string {
  // The browser ignores control characters and spaces in a scheme.
  const address = value.replace(/[\u0000-\u0020]+/g, "");
  if (tag === "a" || tag === "area") return "#";
  if (address.startsWith("#")) return address;
  if (name.endsWith("href") && tag === "use") return "";
  if (/^https?:\/\//i.test(address)) return value.trim();
  return /^data:image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon|svg\+xml)[;,]/i.test(address) && tag !== "link" ? value.trim() : "";
}
