// Nothing jumps under the pointer.
import { expect, it } from "vitest";
import { steadyOrder } from "./steady";

it("without a pointer the order is the sorted one", () => {
  expect(steadyOrder(["a", "b"], ["b", "a"], false)).toEqual(["b", "a"]);
});

it("under the pointer rows stay, new ones come at the end, gone ones keep their place", () => {
  expect(steadyOrder(["a", "b", "c"], ["x", "c", "a"], true)).toEqual(["a", "b", "c", "x"]);
});

it("an unchanged order is the very same list", () => {
  const before = ["a", "b"];
  expect(steadyOrder(before, ["b", "a"], true)).toBe(before);
});
