// A replay goes on at its speed and does not wait through silence.
import { expect, it } from "vitest";
import { advance, firstAfter } from "./playhead";

it("goes on at its speed", () => {
  expect(advance(1_000, 100, 1, [1_500], 9_000)).toBe(1_100);
  expect(advance(1_000, 100, 8, [1_500], 9_000)).toBe(1_800);
});

it("skips silence, up to a moment before something happens", () => {
  expect(advance(1_000, 0, 1, [500, 60_000], 90_000)).toBe(59_300);
});

it("does not skip the rest when nothing more happens", () => {
  expect(advance(1_000, 100, 1, [500], 90_000)).toBe(1_100);
});

it("stops at the end", () => {
  expect(advance(1_000, 5_000, 8, [], 2_000)).toBe(2_000);
});

it("finds what comes next", () => {
  expect([0, 1, 3, 4].map((at) => firstAfter([1, 3, 3], at))).toEqual([0, 1, 3, 3]);
  expect(firstAfter([], 1)).toBe(0);
});
