// What was added in one go comes as trees; rrweb takes every node by itself, with its parent and the one that comes after it.
import type { SerializedNode } from "./events";

export interface Add {
  parentId?: unknown;
  nextId?: unknown;
  node: SerializedNode;
  [more: string]: unknown;
}

/** Each node after its parent and after its next neighbour. */
export function flat(adds: readonly Add[]): Add[] {
  const result: Add[] = [];
  const open = [...adds].reverse();
  for (let add = open.pop(); add !== undefined; add = open.pop()) {
    const { node } = add;
    const within = node.childNodes ?? [];
    if (within.length === 0) {
      result.push(add);
      continue;
    }
    result.push({ ...add, node: { ...node, childNodes: [] } });
    // Those in the shadow root have neighbours of their own.
    const next = { shadow: null as number | null, light: null as number | null };
    const children = [...within].reverse().map((child): Add => {
      const where = child.isShadow === true ? "shadow" : "light";
      const nextId = next[where];
      next[where] = child.id;
      return { parentId: node.id, nextId, node: child };
    });
    open.push(...children.reverse());
  }
  return result;
}
