// Frames in the order of their page load and seq, each once; what is missing is asked for, what comes after waits.

export interface Numbered {
  pageLoad: number;
  seq: number;
  full: boolean;
}

/** Frames of one page load that wait for one that is missing. */
const HELD_MAX = 2_000;
/** Page loads whose next seq is remembered. */
const LOADS_MAX = 64;

interface Load<F> {
  /** Undefined: nothing to begin from has come yet. */
  next: number | undefined;
  held: Map<number, F>;
  /** The last `after` that was asked for, so that a gap is asked for once. */
  asked: number | undefined;
}

/** `deliver` gets each frame once and in order; `missing` says after which seq frames of a page load are lacking. */
export function inOrder<F extends Numbered>(deliver: (frame: F) => void, missing: (pageLoad: number, after: number) => void) {
  let loads = new Map<number, Load<F>>();

  const known = (pageLoad: number): Load<F> => {
    const found = loads.get(pageLoad);
    if (found) return found;
    const made: Load<F> = { next: undefined, held: new Map(), asked: undefined };
    loads.set(pageLoad, made);
    for (const oldest of loads.keys()) {
      if (loads.size <= LOADS_MAX) break;
      loads.delete(oldest);
    }
    return made;
  };

  const goOn = (load: Load<F>, frame: F) => {
    for (let now: F | undefined = frame; now !== undefined; now = load.held.get(load.next ?? 0)) {
      deliver(now);
      load.held.delete(now.seq);
      load.next = now.seq + 1;
      load.asked = undefined;
    }
    for (const seq of load.held.keys()) if (seq < (load.next ?? 0)) load.held.delete(seq);
  };

  const ask = (pageLoad: number, load: Load<F>) => {
    const after = (load.next ?? 1) - 1;
    if (load.asked === after) return;
    load.asked = after;
    missing(pageLoad, after);
  };

  return {
    take(frame: F): void {
      const load = known(frame.pageLoad);
      if (load.next !== undefined && frame.seq < load.next) return;
      // A full snapshot needs nothing that came before it.
      if (frame.full || frame.seq === load.next) {
        goOn(load, frame);
        if (load.held.size > 0) ask(frame.pageLoad, load);
        return;
      }
      if (load.held.size < HELD_MAX && !load.held.has(frame.seq)) load.held.set(frame.seq, frame);
      ask(frame.pageLoad, load);
    },
    reset(): void {
      loads = new Map();
    },
  };
}
