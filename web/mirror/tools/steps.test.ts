import { expect, test } from "vitest";
import { stepFrom } from "./steps";

/** A page of things, each with its number and where it stands. */
function pageOf(...things: [number, number][]) {
  const elements = things.map(([id]) => ({ id }));
  const tops = new Map(things);
  return {
    document: () => ({ querySelectorAll: () => elements }) as never,
    idOf: (element: unknown) => (element as { id: number }).id,
    boxOf: (id: number) => ({ x: 0, y: tops.get(id) ?? 0, right: 10, bottom: (tops.get(id) ?? 0) + 10, width: 10, height: 10 }) as DOMRect,
  };
}
const room = { clientWidth: 100, clientHeight: 100 };

test("keys go from thing to thing, round, and past what is out of sight", () => {
  const page = pageOf([3, 0], [7, 40], [9, 400], [12, 80]);
  expect(stepFrom(page, room, null, 1)).toBe(3);
  expect(stepFrom(page, room, 3, 1)).toBe(7);
  expect(stepFrom(page, room, 7, 1)).toBe(12);
  expect(stepFrom(page, room, 12, 1)).toBe(3);
  expect(stepFrom(page, room, 3, -1)).toBe(12);
  expect(stepFrom(page, room, null, -1)).toBe(12);
});

test("where nothing can be used there is nowhere to go", () => {
  expect(stepFrom(pageOf(), room, null, 1)).toBeNull();
});
