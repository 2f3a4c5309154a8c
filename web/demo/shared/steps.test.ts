import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { done, doneCount, initial, inWords, isStuck, lights, shownStep, steps, stuck } from "./steps";

test("the first step that is not done is shown, unless somebody opened another", () => {
  expect(shownStep(initial)).toBe("place");
  expect(shownStep({ ...initial, ...done("place")(initial) })).toBe("fibre");
  expect(shownStep({ ...initial, place: "done", at: "wifi" })).toBe("wifi");
  expect(shownStep({ ...initial, at: "no such step" })).toBe("place");
});

test("all done shows none", () => {
  const all = { ...initial, ...Object.fromEntries(steps.map(({ key }) => [key, "done"])) };
  expect(shownStep(all)).toBeNull();
  expect(doneCount(all)).toBe(steps.length);
});

test("pressing a second time takes it back", () => {
  const once = { ...initial, ...stuck("line")(initial) };
  expect(isStuck(once)).toBe(true);
  expect(isStuck({ ...once, ...stuck("line")(once) })).toBe(false);
  const ready = { ...initial, ...done("line")(initial) };
  expect({ ...ready, ...done("line")(ready) }).toEqual({ ...initial, at: "line" });
});

test("what a light means is what the page says", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../help/router-lights.html"), "utf8");
  for (const { label } of lights) expect(page).toContain(`<td>${label === "Green" ? "Green, steady" : label}</td>`);
});

test("whoever calls back reads how far it went", () => {
  expect(inWords(initial)).toEqual({ title: "Setting up the router", text: "Done: nothing yet." });
  expect(inWords({ ...initial, place: "done", fibre: "done", line: "stuck", light: "red" })).toEqual({
    title: "Router: stuck at “Wait until Line is green”",
    text: "Done: Find a good place, Plug in the thin green plug. Does not work: Wait until Line is green. Line shows: red.",
  });
});
