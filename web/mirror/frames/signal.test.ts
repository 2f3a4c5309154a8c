// What colleagues point at is read with care.
import { expect, it } from "vitest";
import { decidedOf, signalOf } from "./signal";

const read = (said: unknown) => signalOf(JSON.stringify(said));

it("a pointer has a place and a name", () => {
  expect(read({ kind: "pointer", node: 7, x: 0.5, y: 1, by: { staff: "s", name: "Dana" } })).toEqual({
    act: { kind: "pointer", node: 7, x: 0.5, y: 1 },
    name: "Dana",
  });
});

it.each([
  ["no JSON", undefined],
  ["a place outside", { kind: "pointer", node: 7, x: 4, y: 0 }],
  ["no node", { kind: "click", node: "7", x: 0, y: 0 }],
  ["an unknown kind", { kind: "explode" }],
  ["nothing", null],
])("%s is not shown", (_, said) => {
  expect(said === undefined ? signalOf("{") : read(said)).toBeUndefined();
});

it("ink keeps the points that are places", () => {
  expect(read({ kind: "ink", stroke: "a", points: [{ node: 1, x: 0, y: 0 }, { node: 1, x: -1, y: 0 }, "x"] })?.act).toEqual({
    kind: "ink",
    stroke: "a",
    points: [{ node: 1, x: 0, y: 0 }],
  });
});

it("what was decided at an instant is a way and the widgets' states", () => {
  const widgets = [{ name: "tariffs", version: 2, state: "{}" }];
  expect(decidedOf(JSON.stringify({ kind: "decided", way: "TOGETHER", url: "https://company.example/", widgets }))).toEqual({
    way: "TOGETHER",
    url: "https://company.example/",
    widgets,
  });
  expect(decidedOf(JSON.stringify({ kind: "decided" }))).toEqual({ way: "MIRROR", url: null, widgets: [] });
  expect(decidedOf(JSON.stringify({ kind: "pointer" }))).toBeUndefined();
});
