// Numbers are read out in groups.
import { expect, it } from "vitest";
import { inGroups } from "./number";

it("long numbers are grouped and lose no digit", () => {
  expect(inGroups("+441632960101")).toBe("+44 1632 960 101");
  for (const number of ["+4915112345678", "01632960101", "+12025550123", "5550123"]) {
    expect(inGroups(number).replaceAll(" ", "")).toBe(number);
  }
});

it("what is grouped or short stays as it is", () => {
  expect(inGroups("01632 960 101")).toBe("01632 960 101");
  expect(inGroups("112")).toBe("112");
});
