import { expect, test } from "vitest";
import { coverage } from "./coverage";

test("a postcode is looked up by its first part, however it is written", () => {
  expect(coverage(" bw1 4qs")).toMatch(/^Yes: every street in BW1/);
  expect(coverage("BW4")).toMatch(/^Not yet/);
});

test("an address elsewhere gets an honest no", () => {
  expect(coverage("XY9 1AA")).toBe("We are not in XY9 yet. Our streets are BW1 to BW4.");
});
