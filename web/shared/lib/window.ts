// Which rows of a long list are in sight.

const OVERSCAN_ROWS = 6;

/** Rows `first..last` (last excluded) of `count`, with a few more on both sides. */
export function inSight(count: number, rowHeight: number, top: number, height: number): { first: number; last: number } {
  const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight)) - OVERSCAN_ROWS);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + OVERSCAN_ROWS);
  return { first: Math.min(first, last), last };
}
