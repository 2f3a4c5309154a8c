// What of a page may be seen: an allow-list of selectors, hiding wins over sharing, a field only by its own mark.
import type { MaskSettings } from "../settings";

interface Profile {
  share: string;
  hide: string;
}

/** `strict` shares nothing by itself. */
const profiles: Record<string, Profile> = {
  strict: { share: "", hide: "" },
  "public-site": { share: "header,nav,main,footer,aside", hide: "[data-private],[contenteditable]" },
};

export const share_mark = "data-lockstep-share";
const hide_mark = "data-lockstep-hide";

/** Never shown, whatever the page says. */
const secret_types = new Set(["password", "hidden", "file"]);
const secret_autocomplete = /(^|\s)(cc-[a-z-]+|one-time-code|[a-z-]+-password)(\s|$)/i;

/** Fields that were secret once, in this page load: what was typed then may still stand in them. */
const once = new WeakSet<Node>();
/** Names of fields for passwords: a page may put another field of that name in the place. */
const names = new Set<string>();
const names_max = 1_000;

/** The longest chain of ancestors that is looked through; beyond it nothing is shown. */
const depth_max = 500;

export type FieldElement = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Place {
  hidden: boolean;
  shared: boolean;
  /** The element whose text is edited in place. */
  edited: Element | null;
}
const nowhere: Place = { hidden: true, shared: false, edited: null };
const top: Place = { hidden: false, shared: false, edited: null };

/** What was found out in one go, while the page stands still. */
export type Memo = Map<Node, Place>;

export interface Policy {
  /** Whether text of this node (an element's own, or a text node) may be shown. */
  shows(node: Node, memo?: Memo): boolean;
  /** Whether value, checked state and choice may be shown, of a field or of a text that is edited in place. */
  showsField(field: Element, memo?: Memo): boolean;
  /** Whether not even the length of what stands in the field is told. */
  isSecret(field: Element): boolean;
  /** Whether the node stands inside something that the page hides. */
  hides(node: Node): boolean;
  /** The element in which this node's text is edited in place; null: it is not. */
  edited(node: Node): Element | null;
  /** Whether what is shown of the element has become another matter since it was last looked at. */
  turned(element: Element): boolean;
}

export const tagOf = (element: Element): string => element.localName.toLowerCase();

export const isField = (node: Node | null): node is FieldElement =>
  node !== null && node.nodeType === 1 && /^(input|textarea|select)$/.test(tagOf(node as Element));

/** Buttons that are fields by their tag: their value is a label. */
export const isLabelled = (element: Element): boolean =>
  tagOf(element) === "input" && /^(submit|button|reset)$/i.test(element.getAttribute("type") ?? "");

/** Where the node is painted: in a slot, in a shadow root's host, or in its parent. */
export function paintedIn(node: Node): Node | null {
  const slot = (node as Element | Text).assignedSlot;
  if (slot != null) return slot;
  const parent = node.parentNode;
  return parent?.nodeType === 11 ? ((parent as ShadowRoot).host ?? null) : parent;
}

/** A list of selectors as one; a list that the browser does not take is an error that names it. */
function selector(...lists: (string | null)[]): string {
  const all = lists.filter((list) => list !== null && list.trim() !== "").join(",");
  try {
    document.createElement("i").matches(all);
  } catch {
    throw new Error(`the selectors "${all}" are not CSS: correct data-share or data-hide of the script tag`);
  }
  return all;
}

export function policyOf(settings: MaskSettings): Policy {
  const profile = profiles[settings.profile ?? "strict"];
  if (profile === undefined) {
    throw new Error(`the profile "${settings.profile ?? ""}" is not known: data-profile is one of ${Object.keys(profiles).join(", ")}`);
  }
  const share = selector(profile.share, settings.share, `[${share_mark}]`);
  const hide = selector(profile.hide, settings.hide, `[${hide_mark}]`);

  interface Own {
    share: boolean;
    hide: boolean;
  }
  /** As it was when it was last looked at: never what is decided by. */
  const before = new WeakMap<Element, Own>();
  const own = (element: Element): Own => {
    const said = { share: element.matches(share), hide: element.matches(hide) };
    before.set(element, said);
    return said;
  };

  /** The place of a node: what it inherits from everything that it is painted in. */
  const placeOf = (node: Node | null, memo: Memo, depth = 0): Place => {
    // What hangs nowhere, or too deep, cannot be judged.
    if (node === null || depth > depth_max) return nowhere;
    if (node.nodeType === 9) return top;
    const remembered = memo.get(node);
    if (remembered !== undefined) return remembered;
    const around = placeOf(paintedIn(node), memo, depth + 1);
    if (node.nodeType !== 1) return around;
    const element = node as Element;
    const said = own(element);
    const editable = element.getAttribute("contenteditable");
    const place: Place = {
      hidden: around.hidden || said.hide,
      shared: around.shared || said.share,
      edited: editable === null ? around.edited : editable === "false" ? null : element,
    };
    memo.set(node, place);
    return place;
  };
  const open = (place: Place) => place.shared && !place.hidden;

  const isSecret = (field: Element): boolean => {
    const type = (field.getAttribute("type") ?? "").toLowerCase();
    const name = field.getAttribute("name") ?? "";
    const isPassword = type === "password" || field.hasAttribute("data-rr-is-password");
    if (isPassword && name !== "" && names.size < names_max) names.add(name);
    if (isPassword || secret_types.has(type) || secret_autocomplete.test(field.getAttribute("autocomplete") ?? "")) once.add(field);
    return once.has(field) || settings.secrets?.has(field) === true || names.has(name) || settings.secretNames?.has(name) === true;
  };
  const showsField = (field: Element, memo: Memo = new Map()): boolean => {
    if (isField(field) && isSecret(field)) return false;
    return field.hasAttribute(share_mark) && open(placeOf(field, memo));
  };

  return {
    shows(node, memo = new Map()) {
      const place = placeOf(node, memo);
      return open(place) && (place.edited === null || showsField(place.edited, memo));
    },
    showsField,
    isSecret,
    hides: (node) => placeOf(node, new Map()).hidden,
    edited: (node) => placeOf(node, new Map()).edited,
    turned(element) {
      const then = before.get(element);
      const now = own(element);
      return then !== undefined && (then.share !== now.share || then.hide !== now.hide);
    },
  };
}
