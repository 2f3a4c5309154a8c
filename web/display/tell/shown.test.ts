import { expect, test } from "vitest";
import type { Me, OwnDisplay } from "../../widget/door/documents";
import { contactWithDisplay, lookers, openDisplayOf, spoken } from "./shown";

const me = (...contacts: [state: string, display: string | null][]) =>
  ({ contacts: contacts.map(([state, display], id) => ({ id, state, display: display === null ? null : { state: display } })) }) as unknown as Me;

test("the display that is not over counts, else one that may begin again", () => {
  expect(contactWithDisplay(me(["COMPLETED", "ENDED"], ["TALKING", "SHARED"]))?.id).toBe(1);
  expect(contactWithDisplay(me(["TALKING", "ENDED"]))?.id).toBe(0);
  expect(contactWithDisplay(me(["COMPLETED", "ENDED"], ["WAITING", null]))).toBeNull();
  expect(openDisplayOf(contactWithDisplay(me(["TALKING", "ENDED"])))).toBeNull();
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
