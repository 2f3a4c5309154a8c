// The day as the server counted it: what the chart draws of it, and when it asks again.
import { useEffect, useState } from "preact/hooks";
import { serverNow } from "../../shared/live/clock";
import { useQuery, type Queried } from "../../shared/live/query";
import { TrendToday, type Totals, type Trend } from "../documents";
import { levelOf } from "./formula";

/** One point of the line and one column. */
export interface Point {
  /** Where its interval begins, in seconds since 1970. */
  at: number;
  /** Between 0 and 1; null: nobody to compute it from. */
  level: number | null;
  offered: number;
  answered: number;
}

const QUARTER_MIN = 15;
/** Stored figures follow the live ones in a moment. */
const AFTER_LIVE_MS = 1_500;
const EVERY_MS = 60_000;
const SPAN_MIN_S = 4 * 3_600;

/** Today's trend, asked again when the board's figures say that the running interval changed. */
export function useTrend(totals: Totals): Queried<{ trend: Trend }> {
  const queried = useQuery(TrendToday, { minutes: QUARTER_MIN });
  const { again } = queried;
  const live = `${totals.offered} ${totals.answered} ${totals.abandoned} ${totals.callbacksRequested}`;
  const [seen, setSeen] = useState(live);
  useEffect(() => {
    const ticking = setInterval(again, EVERY_MS);
    return () => clearInterval(ticking);
  }, [again]);
  // While figures change all the time, it is asked at this pace and not once for each.
  const changed = live !== seen;
  useEffect(() => {
    if (!changed) return undefined;
    const asking = setTimeout(() => {
      setSeen(liveNow.current);
      again();
    }, AFTER_LIVE_MS);
    return () => clearTimeout(asking);
  }, [changed]);
  const liveNow = useLast(live);
  return queried;
}

function useLast<T>(value: T): { current: T } {
  const [kept] = useState({ current: value });
  kept.current = value;
  return kept;
}

/** The intervals that have begun. */
export function pointsOf(trend: Trend, formula: string, nowMs: number = serverNow()): Point[] {
  return trend.intervals
    .filter((one) => Date.parse(one.startsAt) <= nowMs)
    .map((one) => ({
      at: Date.parse(one.startsAt) / 1000,
      level: levelOf(one.serviceLevel, formula)?.value ?? null,
      offered: one.offered,
      answered: one.answered,
    }));
}

export function isCounted(point: Point): boolean {
  return point.level !== null || point.offered > 0 || point.answered > 0;
}

/** What the chart spans: from the first hour with anything in it, but four hours at least, to the end of the running interval. */
export function spanOf(trend: Trend, points: readonly Point[]): [number, number] {
  const begin = Date.parse(trend.beginsAt) / 1000;
  const length = trend.minutes * 60;
  const end = Math.max((points.at(-1)?.at ?? begin) + length, begin + SPAN_MIN_S);
  const first = points.find(isCounted)?.at ?? end;
  return [Math.max(begin, Math.min(first - (first % 3_600), end - SPAN_MIN_S)), end];
}

/** Times of day as the site's clock shows them. */
export function clockOf(zone: string, language: string | undefined): (seconds: number) => string {
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  return (seconds) => clock.format(seconds * 1000);
}
