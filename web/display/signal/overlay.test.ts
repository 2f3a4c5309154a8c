// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { ink_ms, overlayIn, pointer_ms } from "./overlay";
import type { Sign, Signal } from "./signal";

function page() {
  document.body.innerHTML = '<p id="1"></p><div id="layer"></div>';
  const at = { left: 100, top: 50 };
  const element = document.getElementById("1") as Element;
  element.getBoundingClientRect = () => ({ ...at, width: 200, height: 40 }) as DOMRect;
  const layer = document.getElementById("layer") as HTMLElement;
  let now = 0;
  let next: (() => void) | null = null;
  const overlay = overlayIn(layer, { nodeOf: (id) => document.getElementById(String(id)), now: () => now, soon: (work) => void (next = work) });
  const paint = (milliseconds = 16) => {
    now += milliseconds;
    const work = next;
    next = null;
    work?.();
    return next !== null;
  };
  const say = (sign: Sign, staff = "dana") => overlay.show({ by: { staff, name: staff }, pageLoad: 1, ...sign } as Signal & Sign);
  return { at, layer, overlay, paint, say };
}

test("a pointer stands at its part of the element, wherever the element goes", () => {
  const { at, layer, paint, say } = page();
  say({ kind: "pointer", node: 1, x: 0.5, y: 0.25 });
  paint();
  const pointer = layer.querySelector<HTMLElement>(".pointer");
  expect([pointer?.textContent, pointer?.style.transform]).toEqual(["dana", "translate(200px, 60px)"]);
  at.top = -20;
  paint();
  expect(pointer?.style.transform).toBe("translate(200px, -10px)");
});

test("a pointer goes when it leaves, and by itself when it says nothing", () => {
  const { layer, paint, say } = page();
  say({ kind: "pointer", node: 1, x: 0, y: 0 });
  say({ kind: "pointer", node: 1, x: 0, y: 0 }, "kim");
  say({ kind: "away" });
  expect(layer.querySelectorAll(".pointer")).toHaveLength(1);
  expect(paint(pointer_ms + 1)).toBe(false);
  expect(layer.querySelectorAll(".pointer")).toHaveLength(0);
});

test("a highlight has the size of its element, until it is taken away", () => {
  const { layer, paint, say } = page();
  say({ kind: "highlight", node: 1 });
  paint();
  const highlight = layer.querySelector<HTMLElement>(".highlight");
  expect([highlight?.style.width, highlight?.style.height, highlight?.style.transform]).toEqual(["200px", "40px", "translate(100px, 50px)"]);
  say({ kind: "highlight", node: null });
  expect(layer.querySelector(".highlight")).toBeNull();
});

test("ink goes on in its stroke and fades", () => {
  const { layer, paint, say } = page();
  say({ kind: "ink", stroke: "s", points: [{ node: 1, x: 0, y: 0 }] });
  say({ kind: "ink", stroke: "s", points: [{ node: 1, x: 1, y: 1 }] });
  paint();
  expect(layer.querySelector("path")?.getAttribute("d")).toBe("M100 50L300 90");
  expect(paint(ink_ms + 1)).toBe(false);
  expect(layer.querySelector("path")).toBeNull();
});

test("what is about an element that is gone is not shown", () => {
  const { layer, paint, say } = page();
  say({ kind: "pointer", node: 99, x: 0, y: 0 });
  paint();
  expect(layer.querySelector<HTMLElement>(".pointer")?.hidden).toBe(true);
});
