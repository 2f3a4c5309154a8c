import { expect, test } from "vitest";
import { enoughFor, measure, median, megabitsPerSecond, share, shown } from "./measure";

/** A line on which every download of `bytes` takes `ms`, one after the other. */
function lineOf(bytes: number, ms: number) {
  let time = 0;
  let downloads = 0;
  return {
    now: () => time,
    download: () => {
      time += ms;
      downloads += 1;
      return Promise.resolve(bytes);
    },
    downloads: () => downloads,
  };
}

test("what came in five seconds, in Mbit/s", async () => {
  const heard: number[] = [];
  const line = lineOf(50_000, 10);
  const result = await measure(line, (mbits) => heard.push(mbits));
  expect(result.mbits).toBeCloseTo(40, 0);
  expect(result.delayMs).toBe(10);
  expect(heard.at(-1)).toBeCloseTo(40, 0);
});

test("a clock that stands still does not measure for ever", async () => {
  const line = lineOf(1, 0);
  expect((await measure(line, () => undefined)).mbits).toBe(0);
  expect(line.downloads()).toBeLessThanOrEqual(2_005);
});

test("a line that breaks says so", async () => {
  const broken = { now: () => 0, download: () => Promise.reject(new Error("gone")) };
  await expect(measure(broken, () => undefined)).rejects.toThrow("gone");
});

test("numbers", () => {
  expect(megabitsPerSecond(125_000, 1_000)).toBe(1);
  expect(median([5, 1, 9])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
  expect([0, 1, 10, 10_000, 1e9].map(share)).toEqual([0, 0, 0.25, 1, 1]);
  expect([0, 3.14, 47.4, 1234].map(shown)).toEqual(["0", "3.1", "47", "1,234"]);
  expect(enoughFor(47)).toBe("two people who stream");
});
