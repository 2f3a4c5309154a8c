import { expect, test } from "vitest";
import { page_trouble, troubleOf } from "./trouble";

const told = (state: string | null) => ({ widgets: [{ name: page_trouble, version: 1, state }] });

test("what was told stands until it is taken back", () => {
  expect(troubleOf({ widgets: [] })).toBeNull();
  expect(troubleOf(told(JSON.stringify({ pageLoad: 7, trouble: "too_large" })))).toEqual({ pageLoad: 7, trouble: "too_large" });
  expect(troubleOf(told(JSON.stringify({ pageLoad: 8, trouble: null })))).toBeNull();
  expect(troubleOf(told(JSON.stringify({ pageLoad: 8, trouble: "whatever" })))).toBeNull();
  expect(troubleOf(told(null))).toBeNull();
});
