// The trend keeps a sample every few seconds and never runs backwards.
import { expect, it } from "vitest";
import { addSample, type Sample } from "./trend";

const sample = (at: number): Sample => ({ at, level: 0.9, waiting: 1 });

it("samples that are close replace the last one", () => {
  const samples = [0, 1, 2, 3, 12, 13].reduce<Sample[]>((list, at) => addSample(list, sample(at)), []);
  expect(samples.map((one) => one.at)).toEqual([0, 12, 13]);
});

it("a clock that was set back begins anew", () => {
  expect(addSample([sample(100)], sample(50))).toEqual([sample(50)]);
});

it("the length is limited", () => {
  let samples: Sample[] = [];
  for (let at = 0; at < 20_000; at += 10) samples = addSample(samples, sample(at));
  expect(samples.length).toBe(1_440);
});
