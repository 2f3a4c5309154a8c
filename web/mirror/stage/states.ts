// What the recorder says in attributes of its own, because it stands in no attribute of the page: made so here.
import { isList, isNode, isRecord, SOURCE, TYPE, type Event, type SerializedNode } from "../frames/events";
import { addFaces, FONTS } from "./fonts";
import { settleTop, TOP, type Lying } from "./top";

const INDETERMINATE = "data-lockstep-indeterminate";
const CHOSEN = "data-lockstep-chosen";
const SHADOW = "data-lockstep-shadow";
const ASSIGNED = "data-lockstep-assigned";
const NAMES = [TOP, INDETERMINATE, CHOSEN, SHADOW, ASSIGNED, FONTS];

/** Elements that have such an attribute; further ones are as their attributes are. */
const NOTED_MAX = 20_000;

export interface States {
  /** Before an event is applied. */
  note(event: Event): void;
  /** After some have been applied. */
  settle(): void;
  /** The page is built anew. */
  begin(view: Window): void;
}

export function openStates(nodeOf: (id: number) => Node | null): States {
  let noted = new Map<string, Set<number>>();
  let fresh = new Set<number>();
  let lying: Lying[] = [];
  let faces = new Set<string>();

  const look = (id: unknown, attributes: unknown) => {
    if (typeof id !== "number" || !isRecord(attributes)) return;
    for (const name of NAMES) {
      if (!(name in attributes)) continue;
      const ids = noted.get(name) ?? new Set();
      if (ids.size < NOTED_MAX) ids.add(id);
      noted.set(name, ids);
      fresh.add(id);
    }
  };
  const walk = (node: SerializedNode) => {
    look(node.id, node.attributes);
    for (const child of node.childNodes ?? []) walk(child);
  };

  const elementsOf = (name: string): HTMLElement[] => {
    const ids = noted.get(name) ?? new Set();
    return [...ids].flatMap((id) => {
      const node = nodeOf(id);
      if (node?.nodeType === Node.ELEMENT_NODE && (node as Element).hasAttribute(name)) return [node as HTMLElement];
      // What was taken away has to be undone once more.
      if (!fresh.has(id)) ids.delete(id);
      return [];
    });
  };
  const settleField = (id: number) => {
    const node = nodeOf(id);
    if (node?.nodeName === "INPUT") (node as HTMLInputElement).indeterminate = (node as Element).hasAttribute(INDETERMINATE);
    if (node?.nodeName !== "SELECT" || !(node as Element).hasAttribute(CHOSEN)) return;
    const chosen = new Set(((node as Element).getAttribute(CHOSEN) ?? "").split(" "));
    [...(node as HTMLSelectElement).options].forEach((option, at) => (option.selected = chosen.has(String(at))));
  };
  const settleSlot = (slot: HTMLElement) => {
    const wanted = (slot.getAttribute(ASSIGNED) ?? "").split(" ").flatMap((id) => nodeOf(Number(id) || -1) ?? []);
    (slot as HTMLSlotElement).assign(...wanted.filter((node): node is Element | Text => node.nodeType === Node.ELEMENT_NODE || node.nodeType === Node.TEXT_NODE));
  };
  const attempt = (work: () => void) => {
    try {
      work();
    } catch {
      // Others wrote it: what cannot be made so stays as it is.
    }
  };

  return {
    note({ type, data }) {
      if (type === TYPE.full && isNode(data.node)) walk(data.node);
      if (type !== TYPE.incremental || data.source !== SOURCE.mutation) return;
      for (const one of isList(data.adds) ? data.adds : []) if (isRecord(one) && isNode(one.node)) walk(one.node);
      for (const one of isList(data.attributes) ? data.attributes : []) if (isRecord(one)) look(one.id, one.attributes);
    },
    settle() {
      for (const host of elementsOf(SHADOW)) if (host.shadowRoot === null) attempt(() => host.attachShadow({ mode: "open" }));
      for (const slot of elementsOf(ASSIGNED)) attempt(() => settleSlot(slot));
      for (const id of fresh) attempt(() => settleField(id));
      const above = elementsOf(TOP);
      if (above.length + lying.length > 0) lying = settleTop(lying, above, nodeOf);
      for (const root of elementsOf(FONTS)) faces = addFaces(root.ownerDocument, root.getAttribute(FONTS) ?? "", faces);
      fresh = new Set();
    },
    begin(view) {
      noted = new Map();
      fresh = new Set();
      lying = [];
      faces = new Set();
      view.document.fonts.clear();
      const { prototype } = (view as Window & typeof globalThis).Element;
      if (Object.hasOwn(prototype.attachShadow, "lockstep")) return;
      // How a root takes its slots is said when it is made, and rrweb does not say it.
      const original = prototype.attachShadow;
      const attach = function (this: Element, init: ShadowRootInit): ShadowRoot {
        return original.call(this, { ...init, slotAssignment: this.getAttribute(SHADOW) === "manual" ? "manual" : "named" });
      };
      prototype.attachShadow = Object.assign(attach, { lockstep: true });
    },
  };
}
