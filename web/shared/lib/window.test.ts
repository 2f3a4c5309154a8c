// Only what is in sight exists.
import { expect, it } from "vitest";
import { inSight } from "./window";

it("a long list shows a window with a few rows around it", () => {
  expect(inSight(1000, 30, 3000, 300)).toEqual({ first: 94, last: 116 });
});

it("the window never leaves the list", () => {
  expect(inSight(3, 30, 0, 900)).toEqual({ first: 0, last: 3 });
  expect(inSight(0, 30, 500, 300)).toEqual({ first: 0, last: 0 });
  const shrunk = inSight(10, 30, 9000, 300);
  expect(shrunk.last - shrunk.first).toBeGreaterThanOrEqual(0);
  expect(shrunk.last).toBe(10);
});
