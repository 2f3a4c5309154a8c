import { expect, test } from "vitest";
import { flat } from "../../mirror/frames/flat";
import { whole } from "../slices";
import type { Mutation, RecordedNode } from "../rrweb";
import { nested } from "./nest";

type Add = Mutation["adds"][number];
const element = (id: number, more: object = {}): RecordedNode => ({ id, type: 2, tagName: "i", childNodes: [], ...more });
const add = (id: number, parentId: number, nextId: number | null, more: object = {}): Add => ({ parentId, nextId, node: element(id, more) });
const nest = (adds: Add[]) => whole(nested(structuredClone(adds)));

/** The children of each parent, in their order, after these have been added to what was there. */
function built(adds: readonly Add[], there: Record<number, number[]> = { 1: [] }): Map<number, number[]> {
  const children = new Map(Object.entries(there).map(([id, list]) => [Number(id), [...list]]));
  for (const { parentId, nextId, node } of adds) {
    const list = children.get(parentId);
    if (list === undefined) throw new Error(`${node.id} comes before its parent ${parentId}`);
    const at = nextId === null ? list.length : list.indexOf(nextId);
    if (at < 0) throw new Error(`${node.id} comes before its neighbour ${nextId}`);
    list.splice(at, 0, node.id);
    children.set(node.id, []);
  }
  return children;
}
const same = (adds: Add[], there?: Record<number, number[]>) => {
  const flattened = flat(nest(adds) as never) as unknown as Add[];
  expect([...built(flattened, there)].sort()).toEqual([...built(adds, there)].sort());
};

test("a tree is one addition, in the order of the page", () => {
  const adds = [add(10, 1, null), add(12, 10, null), add(11, 10, 12), add(13, 11, null)];
  const [one, ...others] = nest(adds);
  expect(others).toEqual([]);
  expect(one?.node.childNodes?.map(({ id }) => id)).toEqual([11, 12]);
  expect(one?.node.childNodes?.[0]?.childNodes?.map(({ id }) => id)).toEqual([13]);
  same(adds);
});

test("what comes into parents that are there stays by itself", () => {
  const adds = [add(10, 1, 5), add(11, 2, null), add(12, 1, 10)];
  expect(nest(adds)).toEqual(adds);
  same(adds, { 1: [5], 2: [] });
});

test("a neighbour that is not sent leaves its place, and the order of what follows", () => {
  const adds = [add(10, 1, null), add(13, 10, null), add(11, 10, 99), add(12, 10, 13)];
  expect(nest(adds).map(({ node }) => node.id)).toEqual([10, 11, 12]);
});

test("a shadow root's children and the others keep their own order", () => {
  const shadow = { isShadow: true };
  const [one] = flat(nest([add(10, 1, null), add(22, 10, null, shadow), add(12, 10, null), add(21, 10, 22, shadow), add(11, 10, 12)]) as never).slice(1) as unknown as Add[];
  expect(one?.nextId).toBeNull();
  const adds = flat(nest([add(10, 1, null), add(22, 10, null, shadow), add(12, 10, null), add(21, 10, 22, shadow), add(11, 10, 12)]) as never) as unknown as Add[];
  expect(adds.map(({ node, nextId }) => [node.id, nextId]).sort()).toEqual([[10, null], [11, 12], [12, null], [21, 22], [22, null]]);
});

test("a chain that is deeper than a frame may be is cut", () => {
  const adds = Array.from({ length: 200 }, (_, n) => add(10 + n, n === 0 ? 1 : 9 + n, null));
  expect(nest(adds)).toHaveLength(3);
  same(adds);
});

test("any order in which rrweb may say it makes the same page", () => {
  let seed = 7;
  const upTo = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
  for (let round = 0; round < 200; round += 1) {
    const lists = new Map<number, number[]>([[1, [2, 3]]]);
    const adds: Add[] = [];
    for (let id = 10; id < 40; id += 1) {
      const parents = [...lists.keys()];
      const parentId = parents[upTo(parents.length)] as number;
      const list = lists.get(parentId) as number[];
      const at = upTo(list.length + 1);
      adds.push(add(id, parentId, list[at] ?? null));
      list.splice(at, 0, id);
      lists.set(id, []);
    }
    same(adds, { 1: [2, 3] });
  }
});
