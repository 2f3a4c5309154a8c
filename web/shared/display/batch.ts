// Signals on their way to the server: gathered for a moment, and of what moves only where it came to.
import type { Signal } from "./protocol";

export const GATHER_MS = 50;
/** The server takes so many at once. */
export const SIGNALS_MAX = 100;

/** What only its newest counts of, until something else is done. */
const lasting = new Set<Signal["kind"]>(["pointer", "away", "scroll", "highlight"]);

/** Adds a signal to those that wait; of a pointer or a scroll the newest takes the place of the one before. */
export function gather(waiting: readonly Signal[], next: Signal): Signal[] {
  const last = waiting.at(-1);
  if (last?.kind === "ink" && next.kind === "ink" && last.stroke === next.stroke && last.pageLoad === next.pageLoad) {
    return [...waiting.slice(0, -1), { ...last, points: [...last.points, ...next.points] }];
  }
  const replaced = (one: Signal) => {
    if (one.kind === "input" && next.kind === "input") return one.node === next.node;
    return one.kind === next.kind && lasting.has(one.kind) && !(one.kind === "scroll" && next.kind === "scroll" && one.node !== next.node);
  };
  // Only back to the last act that is not of that kind: the order of what is done stays.
  const from = waiting.findLastIndex((one) => !lasting.has(one.kind) && one.kind !== "input") + 1;
  const kept = waiting.filter((one, index) => index < from || !replaced(one));
  return [...kept, next].slice(-SIGNALS_MAX);
}

/** Sends what was gathered, one request at a time; what could not be sent is lost, as a pointer may be. */
export function batchTo(send: (signals: string[]) => Promise<unknown>, gatherMs = GATHER_MS) {
  let waiting: Signal[] = [];
  let due: ReturnType<typeof setTimeout> | undefined;
  let sending = false;
  const go = async () => {
    due = undefined;
    if (sending || waiting.length === 0) return;
    const now = waiting;
    waiting = [];
    sending = true;
    await send(now.map((one) => JSON.stringify(one))).catch(() => undefined);
    sending = false;
    if (waiting.length > 0) due ??= setTimeout(() => void go(), gatherMs);
  };
  return {
    put(signal: Signal) {
      waiting = gather(waiting, signal);
      due ??= setTimeout(() => void go(), gatherMs);
    },
    drop() {
      clearTimeout(due);
      due = undefined;
      waiting = [];
    },
  };
}
