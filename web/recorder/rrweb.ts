// The shapes and numbers of rrweb's events, as far as we let them pass.

export const kind = { full: 2, incremental: 3, meta: 4 } as const;
export const source = {
  mutation: 0,
  mouseMove: 1,
  mouseInteraction: 2,
  scroll: 3,
  resize: 4,
  input: 5,
  touchMove: 6,
  styleRule: 8,
  styleDeclaration: 13,
  adoptedStyles: 15,
} as const;
export const node_type = { document: 0, doctype: 1, element: 2, text: 3 } as const;

export interface RecordedEvent {
  type: number;
  data: Record<string, unknown>;
  timestamp: number;
}

export interface RecordedNode {
  id: number;
  type: number;
  tagName?: string;
  attributes?: Record<string, unknown>;
  childNodes?: RecordedNode[];
  textContent?: string;
  [more: string]: unknown;
}

export interface Mutation {
  texts: { id: number; value: string | null }[];
  attributes: { id: number; attributes: Record<string, unknown> }[];
  removes: { id: number; parentId: number; isShadow?: boolean }[];
  adds: { parentId: number; nextId: number | null; node: RecordedNode }[];
}

/** The nodes of this page load by their ids. */
export interface Nodes {
  getNode(id: number): Node | null;
  getId(node: Node): number;
}
