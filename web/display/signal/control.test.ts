// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { policyOf } from "../../recorder/mask/policy";
import { privateTo } from "../../recorder/mask/private";
import type { OwnDisplay } from "../../widget/door/documents";
import { obey } from "./control";
import type { Act, Signal } from "./signal";

const dana = "11111111-1111-4111-8111-111111111111";
const granted: OwnDisplay = {
  id: "d",
  state: "SHARED",
  scopes: ["VIEW", "CONTROL"],
  way: "MIRROR",
  url: null,
  push: null,
  control: { staff: dana, name: "Dana", granted: true },
  watchers: [],
  widgets: [],
};

let heard: string[];
beforeEach(() => {
  heard = [];
  document.body.innerHTML = `<main><button id="1">Next</button><input id="2" data-lockstep-share><input id="3"><input id="4" type="password" data-lockstep-share>
    <select id="5" data-lockstep-share><option value="a">A</option><option value="b">B</option></select><input id="6" type="checkbox" data-lockstep-share>
    <button id="7" disabled>Off</button><div data-private><button id="8">Hidden</button></div><textarea id="9" data-lockstep-share></textarea></main>
    <lockstep-display><button id="10">Stop sharing</button></lockstep-display>`;
  for (const kind of ["click", "input", "change"]) {
    document.body.addEventListener(kind, (event) => heard.push(`${kind} ${(event.target as Element).id}`));
  }
});

const isPrivate = privateTo(policyOf({ profile: "public-site", share: null, hide: null }));
const done = (act: Act, display: OwnDisplay | null = granted, staff = dana) =>
  obey({ by: { staff, name: "Dana" }, pageLoad: 1, ...act } as Signal & Act, { display: () => display, nodeOf: (id) => document.getElementById(String(id)), isPrivate });
const click = (node: number): Act => ({ kind: "click", node, x: 0.5, y: 0.5 });
const field = (id: number) => document.getElementById(String(id)) as HTMLInputElement;

test("whoever holds control clicks, types and chooses, as if the customer did", () => {
  expect(done(click(1))).toBeNull();
  expect(done({ kind: "input", node: 2, value: "500" })).toBeNull();
  expect(done({ kind: "input", node: 9, value: "two\nlines" })).toBeNull();
  expect(done({ kind: "choose", node: 5, value: "b" })).toBeNull();
  expect(done({ kind: "choose", node: 6, value: "on", checked: true })).toBeNull();
  expect([field(2).value, field(9).value, field(5).value, field(6).checked]).toEqual(["500", "two\nlines", "b", true]);
  expect(heard).toEqual(expect.arrayContaining(["click 1", "input 2", "change 2", "input 5", "change 5", "click 6"]));
});

test.each([
  ["nobody was given control", { ...granted, control: null }],
  ["control was only asked for", { ...granted, control: { staff: dana, name: "Dana", granted: false } }],
  ["the scope was taken back", { ...granted, scopes: ["VIEW" as const] }],
  ["the display is paused", { ...granted, state: "PAUSED" as const }],
  ["another page is looked at together", { ...granted, way: "TOGETHER" as const }],
  ["it is not shared", null],
])("nothing is done when %s", (_, display) => {
  expect(done(click(1), display)).toMatch(/^Dana tried/);
  expect(heard).toEqual([]);
});

test("control given to one is not another's", () => {
  expect(done(click(1), granted, "22222222-2222-4222-8222-222222222222")).toMatch(/haven't allowed/);
});

test.each<[string, Act]>([
  ["a field that is not marked", { kind: "input", node: 3, value: "x" }],
  ["a password", { kind: "input", node: 4, value: "x" }],
  ["what the page hides", click(8)],
  ["what is switched off", click(7)],
  ["our own buttons", click(10)],
  ["what is gone", click(99)],
  ["text into a box to tick", { kind: "input", node: 6, value: "x" }],
  ["an option that is not there", { kind: "choose", node: 5, value: "z" }],
  ["more than a field takes", { kind: "input", node: 2, value: "x".repeat(5_000) }],
])("denied and told: %s", (_, act) => {
  expect(done(act)).toMatch(/^Dana tried/);
  expect(heard).toEqual([]);
  expect([field(2).value, field(3).value, field(4).value]).toEqual(["", "", ""]);
});
