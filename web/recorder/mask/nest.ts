// What was added in one go as trees: rrweb names parent and neighbour of every node, which is twice as long.
import type { Slices } from "../slices";
import type { Mutation, RecordedNode } from "../rrweb";
import { depth_max } from "./node";

/** What is added may itself stand deep. */
const levels_max = depth_max - 10;

type Add = Mutation["adds"][number];

/** A node that is new, and those beside it in a parent that is new, too. */
interface Link {
  node: RecordedNode;
  depth: number;
  parent: Link | null;
  before: Link | null;
  next: Link | null;
  first: Link | null;
  last: Link | null;
}

/**
 * The same additions: a node stands in `childNodes` of its parent where that is new, too. What cannot be placed so stays
 * by itself, behind that, as does whatever comes to the same parent after it.
 */
export function* nested(adds: readonly Add[]): Slices<Add[]> {
  const links = new Map<number, Link>();
  const loose = new Set<number>();
  const result: Add[] = [];
  for (const add of adds) {
    yield;
    const { parentId, nextId, node } = add;
    const parent = links.get(parentId);
    const next = nextId === null ? null : links.get(nextId);
    const isPlaced = parent !== undefined && parent.depth < levels_max && !loose.has(parentId) && !links.has(node.id) && (next === null || next?.parent === parent);
    const link: Link = { node, depth: 0, parent: null, before: null, next: null, first: null, last: null };
    if (!links.has(node.id)) links.set(node.id, link);
    if (isPlaced) put(link, parent, next ?? null);
    else {
      loose.add(parentId);
      result.push(add);
    }
  }
  for (const { node, first } of links.values()) {
    yield;
    for (let child = first; child !== null; child = child.next) (node.childNodes ??= []).push(child.node);
  }
  return result;
}

function put(link: Link, parent: Link, next: Link | null): void {
  link.parent = parent;
  link.depth = parent.depth + 1;
  link.next = next;
  link.before = next === null ? parent.last : next.before;
  if (next === null) parent.last = link;
  else next.before = link;
  if (link.before === null) parent.first = link;
  else link.before.next = link;
}
