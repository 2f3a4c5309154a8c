// Levels are worded and judged by one rule.
import { expect, it } from "vitest";
import { judge, levelOf, percentWords } from "./formula";

it("a level is a whole per cent, with a decimal close to the promise", () => {
  expect(percentWords(0.636)).toBe("64 %");
  expect(percentWords(0.798)).toBe("79.8 %");
  expect(percentWords(0.8)).toBe("80 %");
  expect(percentWords(1)).toBe("100 %");
  expect(percentWords(null)).toBe("–");
});

it("nothing, or next to nothing, to compute from is not a broken promise", () => {
  expect(judge(null, 100)).toBe("idle");
  expect(judge(0, 4)).toBe("idle");
  expect(judge(0, 5)).toBe("bad");
  expect(judge(0.8, 100)).toBe("warn");
  expect(judge(0.85, 100)).toBe("good");
});

it("a formula that the server does not know falls back to its first", () => {
  const levels = [{ formula: "connect", version: 1, targetSeconds: 20, value: 0.7 }];
  expect(levelOf(levels, "ignore")?.formula).toBe("connect");
  expect(levelOf([], "ignore")).toBeUndefined();
});
