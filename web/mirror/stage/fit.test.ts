// The customer's viewport is shown whole, and places on it are the same on every screen.
import { expect, it } from "vitest";
import { fit, inBox, toPage, toRoom, within } from "./fit";

it("a page that has room is shown as it is, in the middle", () => {
  expect(fit({ width: 1001, height: 900 }, { width: 390, height: 844 })).toEqual({ scale: 1, left: 305, top: 28, width: 390, height: 844 });
});

it("a page that is too large is made smaller, on whole pixels", () => {
  const { scale, left, top, width } = fit({ width: 801, height: 433 }, { width: 1280, height: 800 });
  expect(width).toBe(692);
  expect(scale).toBeCloseTo(692 / 1280, 10);
  expect([left, top]).toEqual([54, 0]);
});

it("nothing has no room", () => {
  expect(fit({ width: 0, height: 0 }, { width: 100, height: 100 }).width).toBe(0);
});

it("a place on the screen is a place on the page, and back", () => {
  const how = fit({ width: 500, height: 500 }, { width: 1280, height: 800 });
  const place = { x: 640, y: 13 };
  const back = toPage(how, toRoom(how, place));
  expect(back.x).toBeCloseTo(place.x);
  expect(back.y).toBeCloseTo(place.y);
});

it("a place in an element stays in it when it has another size elsewhere", () => {
  const here = { x: 10, y: 10, width: 100, height: 50 };
  const there = { x: 0, y: 300, width: 300, height: 20 };
  expect(inBox(there, within(here, { x: 60, y: 35 }))).toEqual({ x: 150, y: 310 });
  expect(within(here, { x: 1000, y: -4 })).toEqual({ x: 1, y: 0 });
  expect(within({ x: 5, y: 5, width: 0, height: 0 }, { x: 5, y: 5 })).toEqual({ x: 0.5, y: 0.5 });
});
