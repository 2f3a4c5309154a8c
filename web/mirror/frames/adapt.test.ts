// What fills the screen and what states a custom element has is told by attributes in the mirror.
import { expect, it } from "vitest";
import { adaptCss } from "./adapt";
import { SOURCE, TYPE } from "./events";
import { safeEvent, safeNode } from "./filter";

it.each([
  [".a:fullscreen{x:y}", ".a[data-lockstep-full]{x:y}"],
  [".a:-webkit-full-screen::backdrop{}", ".a[data-lockstep-full]::backdrop{}"],
  ["x-a:state(open):not(:state( far ))", 'x-a[data-lockstep-state~="open"]:not([data-lockstep-state~="far"])'],
  [".a:fullscreen-like{}", ".a:fullscreen-like{}"],
  ["a:hover{}", "a:hover{}"],
])("%s becomes %s", (css, adapted) => expect(adaptCss(css)).toBe(adapted));

it("wherever rules stand", () => {
  const style = { type: 2, id: 1, tagName: "style", attributes: { _cssText: "a:fullscreen{}" }, childNodes: [{ type: 3, id: 2, textContent: "b:fullscreen{}" }] };
  const link = { type: 2, id: 3, tagName: "link", attributes: { _cssText: "c:fullscreen{}" }, childNodes: [] };
  const change = (data: object) => safeEvent({ type: TYPE.incremental, timestamp: 1, data }, () => undefined);
  const all = [
    safeNode(style),
    safeNode(link),
    change({ source: SOURCE.styleSheetRule, id: 1, adds: [{ rule: "d:fullscreen{}", index: 0 }], replaceSync: "e:fullscreen{}" }),
    change({ source: SOURCE.adoptedStyleSheet, id: 1, styleIds: [1], styles: [{ styleId: 1, rules: [{ rule: "f:fullscreen{}", index: 0 }] }] }),
  ];
  const json = JSON.stringify(all);
  for (const name of ["a", "b", "c", "d", "e", "f"]) expect(json).toContain(`${name}[data-lockstep-full]{}`);
});
