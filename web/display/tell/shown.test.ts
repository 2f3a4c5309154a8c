import { expect, test } from "vitest";
import type { Me, OwnDisplay } from "../../widget/door/documents";
import { headline, lookers, openDisplayOf, spoken, talkWithDisplay, type Shown } from "./shown";

const displayed = (state: string | null) => (state === null ? null : { state });
const me = (contacts: [state: string, display: string | null][], calls: [state: string, display: string | null][] = []) =>
  ({
    contacts: contacts.map(([state, display], n) => ({ id: `chat ${n}`, state, display: displayed(display) })),
    callbacks: calls.map(([contactState, display], n) => ({ contact: `call ${n}`, contactState, display: displayed(display) })),
  }) as unknown as Me;
const counts = (...given: Parameters<typeof me>) => talkWithDisplay(me(...given))?.contact;

test("the display that is not over counts, else one that may begin again", () => {
  expect(counts([["COMPLETED", "ENDED"], ["TALKING", "SHARED"]])).toBe("chat 1");
  expect(counts([["TALKING", "ENDED"]])).toBe("chat 0");
  expect(counts([["COMPLETED", "ENDED"], ["WAITING", null]])).toBeUndefined();
  expect(openDisplayOf(talkWithDisplay(me([["TALKING", "ENDED"]])))).toBeNull();
});

test("a call shows the page as a chat does; what is shared counts before what is offered, and the last offer", () => {
  expect(counts([], [["TALKING", "OFFERED"]])).toBe("call 0");
  expect(counts([], [["WRAPPING", "ENDED"]])).toBeUndefined();
  expect(counts([["TALKING", "SHARED"]], [["TALKING", "OFFERED"]])).toBe("chat 0");
  expect(counts([["TALKING", "OFFERED"]], [["HELD", "PAUSED"]])).toBe("call 0");
  expect(counts([["TALKING", "OFFERED"]], [["TALKING", "OFFERED"]])).toBe("call 0");
});

test("who is looking is said by name and role", () => {
  const watchers: OwnDisplay["watchers"] = [
    { name: "Dana", role: "AGENT" },
    { name: "Dana", role: "AGENT" },
    { name: "Kim", role: "SUPERVISOR" },
  ];
  expect(lookers({ watchers })).toBe("Dana and Kim (supervisor) see this page");
  expect(lookers({ watchers: watchers.slice(0, 1) })).toBe("Dana sees this page");
  expect(lookers({ watchers: [] })).toMatch(/^Nobody/);
});

test("addresses are said without what nobody reads", () => {
  expect(["https://x.example/", "https://x.example/a?b=1#c", "no address"].map(spoken)).toEqual(["x.example", "x.example/a", "no address"]);
});

test("of a page that cannot be shown nobody is said to see it", () => {
  const shown = { active: true, line: null } as Shown;
  const display = (pageLoad: number, trouble: string) =>
    ({ state: "SHARED", watchers: [{ name: "Dana", role: "AGENT" }], widgets: [{ name: "page-trouble", state: JSON.stringify({ pageLoad, trouble }) }] }) as unknown as OwnDisplay;
  const here = Math.round(performance.timeOrigin);
  expect(headline(shown, display(here, "too_large"))).toBe("This page is too large to share. Others can't see it.");
  expect(headline(shown, display(here, "stopped"))).toMatch(/can't be shared/);
  expect(headline(shown, display(here + 1, "too_large"))).toBe("Dana sees this page");
});
