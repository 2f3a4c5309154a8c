import { expect, test } from "vitest";
import { backoff_ms, longest_ms } from "./retry";

test("each failure doubles the wait, up to ten seconds", () => {
  expect([0, 1, 2, 5, 6, 99].map((failures) => backoff_ms(failures, 0))).toEqual([250, 500, 1000, 8000, longest_ms, longest_ms]);
});

test("chance takes off a quarter at most", () => {
  expect(backoff_ms(2, 1)).toBe(750);
});
