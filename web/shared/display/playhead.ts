// Where a replay stands: it goes on at its speed, and times in which nothing happens are shortened.

export const SPEEDS = [1, 2, 4, 8] as const;
export type Speed = (typeof SPEEDS)[number];

/** A time without anything longer than this is skipped. */
const IDLE_MS = 3_000;
/** What is shown before something happens again. */
const LEAD_MS = 700;

/** `activity`: sorted instants at which something happens. Answers where it stands after `elapsed` ms of watching. */
export function advance(at: number, elapsed: number, speed: number, activity: readonly number[], end: number): number {
  const next = activity[firstAfter(activity, at)];
  const skipped = next !== undefined && next - at > IDLE_MS ? next - LEAD_MS : at;
  return Math.min(end, skipped + elapsed * speed);
}

/** The first index whose instant is after `at`. */
export function firstAfter(sorted: readonly number[], at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
