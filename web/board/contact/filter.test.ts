// The table of contacts is narrowed and in order of urgency.
import { expect, it } from "vitest";
import type { ContactRow } from "../documents";
import { isFiltering, matching, noFilter } from "./filter";

const row = (id: string, more: Partial<ContactRow>): ContactRow =>
  ({ id, state: "WAITING", queue: "billing", agent: null, queuedAt: "2026-01-01T10:00:00Z", customerName: null, ...more }) as ContactRow;
const rows = [
  row("a", { state: "TALKING", agent: "dana", customerName: "Ada" }),
  row("b", { queuedAt: "2026-01-01T10:00:05Z", customerName: "Ben" }),
  row("c", { queuedAt: "2026-01-01T10:00:01Z", queue: "fault" }),
];
const ids = (filter: Partial<typeof noFilter>) =>
  matching(rows, { ...noFilter, ...filter }, (one) => [one.customerName]).map((one) => one.id);

it("who waits longest comes first", () => {
  expect(ids({})).toEqual(["c", "b", "a"]);
});

it("every filter narrows, and they join", () => {
  expect(ids({ queue: "fault" })).toEqual(["c"]);
  expect(ids({ state: "TALKING" })).toEqual(["a"]);
  expect(ids({ agent: "dana" })).toEqual(["a"]);
  expect(ids({ text: "  BEN " })).toEqual(["b"]);
  expect(ids({ text: "ben", agent: "dana" })).toEqual([]);
});

it("an empty filter is none", () => {
  expect(isFiltering(noFilter)).toBe(false);
  expect(isFiltering({ ...noFilter, text: "x" })).toBe(true);
});
