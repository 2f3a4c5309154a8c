// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import type { SharedPort } from "../../shared-widget/port";
import type { OwnDisplay } from "../../widget/door/documents";
import { parsedState, widgetsOn } from "./widgets";

const display = (state: OwnDisplay["state"], widgets: OwnDisplay["widgets"] = []): OwnDisplay => ({
  id: "d",
  state,
  scopes: ["VIEW"],
  way: "MIRROR",
  url: null,
  push: null,
  control: null,
  watchers: [],
  widgets,
});

let page: Document;
beforeEach(() => {
  page = document.implementation.createHTMLDocument("");
});

function element(name: string, state: object) {
  const made = page.createElement("x-widget") as unknown as HTMLElement & { lockstepShared: SharedPort };
  const applied: unknown[] = [];
  made.lockstepShared = { name, tag: "x-widget", src: "/w.js", state, host: null, apply: (said) => void applied.push(said) };
  page.body.append(made);
  made.dispatchEvent(new CustomEvent("lockstep-shared", { bubbles: true, composed: true }));
  return { port: made.lockstepShared, applied, made };
}
function widgets() {
  const decided: unknown[] = [];
  const called: unknown[] = [];
  const on = widgetsOn(page, {
    decide: ((_: string, variables: unknown) => {
      decided.push(variables);
      return new Promise(() => undefined);
    }) as never,
    callback: (widget, about) => called.push([widget, about]),
    onProblem: () => undefined,
  });
  return { on, decided, called };
}

test("a widget is on its own until the page is shared, and again afterwards", () => {
  const { on } = widgets();
  const { port } = element("tariffs", { speed: 1 });
  expect(port.host).toBeNull();
  on.follow(display("SHARED"), true);
  expect(port.host).not.toBeNull();
  on.follow(display("PAUSED"), true);
  expect(port.host).toBeNull();
});

test("a widget that nobody has shared yet begins with what it shows, one that has been shows what the log says", () => {
  const { on, decided } = widgets();
  on.follow(display("SHARED", [{ name: "router", version: 4, state: '{"step":2}' }]), true);
  element("tariffs", { speed: 1 });
  const { applied } = element("router", { step: 0 });
  expect(decided).toEqual([{ display: "d", widget: "tariffs", basedOn: 0, state: '{"speed":1}' }]);
  expect(applied).toEqual([{ step: 2 }]);
});

test("a tab that is not shown begins nothing", () => {
  const { on, decided } = widgets();
  on.follow(display("SHARED"), false);
  element("tariffs", { speed: 1 });
  expect(decided).toEqual([]);
});

test("what is changed goes to the log on the newest version, and is applied from there once", () => {
  const { on, decided } = widgets();
  const { port, applied } = element("tariffs", { speed: 1 });
  const shared = display("SHARED", [{ name: "tariffs", version: 2, state: '{"speed":5,"tv":true}' }]);
  on.follow(shared, true);
  on.follow({ ...shared }, true);
  expect(applied).toEqual([{ speed: 5, tv: true }]);
  port.host?.change({ speed: 7 });
  expect(decided).toEqual([{ display: "d", widget: "tariffs", basedOn: 2, state: '{"speed":7,"tv":true}' }]);
});

test("a widget asks for a callback under its name", () => {
  const { on, called } = widgets();
  const { port } = element("tariffs", {});
  on.follow(display("SHARED"), true);
  port.host?.callback({ title: "Fibre 500", text: "with TV" });
  expect(called).toEqual([["tariffs", { title: "Fibre 500", text: "with TV" }]]);
});

test("only objects are states", () => {
  expect(["[1]", "7", "null", "{", null, '{"a":1}'].map(parsedState)).toEqual([{}, {}, {}, {}, {}, { a: 1 }]);
});
