// The few of rrweb's events that a mirror shows, as they come: untrusted.

export const TYPE = { full: 2, incremental: 3, meta: 4 } as const;

export const SOURCE = {
  mutation: 0,
  mouseMove: 1,
  mouseInteraction: 2,
  scroll: 3,
  resize: 4,
  input: 5,
  touchMove: 6,
  styleSheetRule: 8,
  drag: 12,
  styleDeclaration: 13,
  selection: 14,
  adoptedStyleSheet: 15,
} as const;

export const NODE = { document: 0, doctype: 1, element: 2, text: 3, cdata: 4, comment: 5 } as const;

export type Attributes = Record<string, unknown>;

export interface SerializedNode {
  type: number;
  id: number;
  tagName?: string;
  attributes?: Attributes;
  childNodes?: SerializedNode[];
  isSVG?: boolean;
  isCustom?: boolean;
  [more: string]: unknown;
}

export interface Event {
  type: number;
  timestamp: number;
  data: Record<string, unknown>;
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: unknown): value is unknown[] => Array.isArray(value);

/** JSON that others wrote; undefined: it is none. */
export function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

export function isEvent(value: unknown): value is Event {
  return isRecord(value) && typeof value.type === "number" && typeof value.timestamp === "number" && isRecord(value.data);
}

export function isNode(value: unknown): value is SerializedNode {
  return isRecord(value) && typeof value.type === "number" && typeof value.id === "number";
}
