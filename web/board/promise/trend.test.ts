// The chart draws what the server counted, in the site's time, and nothing that is still to come.
import { expect, it } from "vitest";
import type { Trend } from "../documents";
import { clockOf, isCounted, pointsOf, spanOf } from "./trend";

const QUARTER_MS = 15 * 60_000;

/** A day in Berlin; `counted`: by the number of its quarter, how many were offered and the level. */
function day(beginsAt: string, hours: number, counted: Record<number, [number, number | null]> = {}): Trend {
  const begin = Date.parse(beginsAt);
  const at = (quarter: number) => new Date(begin + quarter * QUARTER_MS).toISOString();
  return {
    zone: "Europe/Berlin",
    from: "2026-03-29",
    beginsAt,
    endsAt: at(hours * 4),
    minutes: 15,
    intervals: Array.from({ length: hours * 4 }, (_, quarter) => ({
      startsAt: at(quarter),
      endsAt: at(quarter + 1),
      offered: counted[quarter]?.[0] ?? 0,
      answered: 0,
      serviceLevel: [
        { formula: "ignore", version: 1, targetSeconds: 0, value: counted[quarter]?.[1] ?? null },
        { formula: "asterisk", version: 1, targetSeconds: 0, value: 1 },
      ],
    })),
  };
}

const BEGIN = "2026-03-28T23:00:00Z";
const seconds = (instant: string) => Date.parse(instant) / 1000;

it("what is still to come is no point", () => {
  const points = pointsOf(day(BEGIN, 23, { 3: [2, 0.5] }), "ignore", Date.parse("2026-03-29T00:10:00Z"));
  expect(points.length).toBe(5);
  expect(points.filter(isCounted)).toEqual([{ at: seconds("2026-03-28T23:45:00Z"), level: 0.5, offered: 2, answered: 0 }]);
});

it("the level is by the formula that was chosen", () => {
  const trend = day(BEGIN, 23);
  expect(pointsOf(trend, "asterisk", Date.parse(BEGIN))[0]?.level).toBe(1);
  expect(pointsOf(trend, "ignore", Date.parse(BEGIN))[0]?.level).toBeNull();
});

it("it spans from the first hour with anything in it to the running interval", () => {
  const now = Date.parse("2026-03-29T15:20:00Z");
  const trend = day(BEGIN, 23, { 30: [1, 1] });
  expect(spanOf(trend, pointsOf(trend, "ignore", now))).toEqual([seconds("2026-03-29T06:00:00Z"), seconds("2026-03-29T15:30:00Z")]);
});

it("an empty or young day spans four hours of it", () => {
  const trend = day(BEGIN, 23);
  const young = pointsOf(trend, "ignore", Date.parse("2026-03-28T23:01:00Z"));
  expect(spanOf(trend, young)).toEqual([seconds(BEGIN), seconds("2026-03-29T03:00:00Z")]);
  const late = pointsOf(trend, "ignore", Date.parse("2026-03-29T20:01:00Z"));
  expect(spanOf(trend, late)).toEqual([seconds("2026-03-29T16:15:00Z"), seconds("2026-03-29T20:15:00Z")]);
});

it("times are those of the site's clock, also where it skips an hour", () => {
  const clock = clockOf("Europe/Berlin", "en-GB");
  expect([0, 1, 2].map((hour) => clock(seconds("2026-03-29T00:00:00Z") + hour * 3_600))).toEqual(["01:00", "03:00", "04:00"]);
});
