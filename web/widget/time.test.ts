import { expect, test } from "vitest";
import { clockTime, fieldsOf, instantOf, inWords, proposal } from "./time";

test("a wait is said the way one would say it", () => {
  expect([0, 59, 60, 89, 240, 3599, 3600, 4200].map(inWords)).toEqual([
    "Less than a minute",
    "Less than a minute",
    "About a minute",
    "About a minute",
    "About 4 minutes",
    "About an hour",
    "About an hour",
    "About 1 h 10 min",
  ]);
});

test("today is told by the time alone, another day is named", () => {
  const now = Date.parse("2026-03-04T12:00:00Z");
  expect(clockTime("2026-03-04T14:32:00Z", now, "Europe/London")).toBe("14:32");
  expect(clockTime("2026-03-05T08:00:00Z", now, "Europe/London")).toBe("Thu 5 Mar, 08:00");
});

test("what is today in one zone is tomorrow in another", () => {
  const now = Date.parse("2026-03-04T22:30:00Z");
  expect(clockTime("2026-03-04T23:30:00Z", now, "Europe/London")).toBe("23:30");
  expect(clockTime("2026-03-04T23:30:00Z", now, "Europe/Berlin")).toBe("Thu 5 Mar, 00:30");
});

test("date and time fields give back the instant they were made from", () => {
  const instant = "2026-03-04T14:30:00.000Z";
  const { date, time } = fieldsOf(instant);
  expect(instantOf(date, time)).toBe(instant);
  expect(instantOf(date, "")).toBeNull();
  expect(instantOf("", time)).toBeNull();
});

test("a call is proposed for a full hour, one to two hours ahead", () => {
  const now = new Date(2026, 2, 4, 9, 20).getTime();
  expect(proposal(now)).toEqual({ date: "2026-03-04", time: "11:00" });
});
