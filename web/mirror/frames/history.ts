// Everything that was shown or could be, in the log's order, and which of it makes the picture of an instant.

export interface Moment {
  pageLoad: number;
  /** Milliseconds of the server's time. */
  at: number;
  /** The picture can begin here. */
  full: boolean;
  size: number;
}

/** The oldest goes first; a picture is never cut in two. */
const SIZE_MAX = 128 * 1024 * 1024;

export interface History<M extends Moment> {
  moments: M[];
  /** Indexes of the moments that are full. */
  fulls: number[];
  size: number;
}

export function emptyHistory<M extends Moment>(): History<M> {
  return { moments: [], fulls: [], size: 0 };
}

/** Answers by how much indexes have shrunk because the oldest were forgotten. */
export function append<M extends Moment>(history: History<M>, moment: M, sizeMax = SIZE_MAX): number {
  if (moment.full) history.fulls.push(history.moments.length);
  history.moments.push(moment);
  history.size += moment.size;
  const second = history.fulls[1];
  if (history.size <= sizeMax || second === undefined) return 0;
  for (const gone of history.moments.splice(0, second)) history.size -= gone.size;
  history.fulls = history.fulls.slice(1).map((index) => index - second);
  return second;
}

/** Puts what happened before at the front; answers by how much indexes have grown. */
export function prepend<M extends Moment>(history: History<M>, earlier: readonly M[]): number {
  const before = emptyHistory<M>();
  for (const moment of earlier) append(before, moment, Number.POSITIVE_INFINITY);
  history.fulls = [...before.fulls, ...history.fulls.map((index) => index + earlier.length)];
  history.moments = [...before.moments, ...history.moments];
  history.size += before.size;
  return earlier.length;
}

/** The last index of `count` sorted things that is not after; -1: all are. */
function lastNotAfter(count: number, after: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (after(middle)) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

/**
 * Which moment is to be shown next on the way to the picture of `until` (null: of now), after `shown` was
 * (-1: nothing). It is a full one, from which the picture begins anew, or the next of the same page load.
 */
export function nextMoment<M extends Moment>(history: History<M>, shown: number, until: number | null): number | undefined {
  const { moments, fulls } = history;
  const end = until === null ? moments.length - 1 : lastNotAfter(moments.length, (index) => (moments[index]?.at ?? 0) > until);
  const start = fulls[lastNotAfter(fulls.length, (index) => (fulls[index] ?? 0) > end)];
  if (start === undefined) return undefined;
  if (shown < start || shown > end) return start;
  for (let index = shown + 1; index <= end; index += 1) {
    if (moments[index]?.pageLoad === moments[start]?.pageLoad) return index;
  }
  return undefined;
}
