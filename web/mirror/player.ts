// What is on the stage: live what came last, or the picture of an instant; one frame after the other.
import type { Frame, Display } from "../shared/display/documents";
import type { Act } from "../shared/display/protocol";
import { append, emptyHistory, nextMoment, prepend, type Moment } from "./frames/history";
import { bytesOf, inflate } from "./frames/inflate";
import { inOrder } from "./frames/order";
import { decidedOf, signalOf, type Decided } from "./frames/signal";
import type { Author } from "./stage/overlay";
import type { Stage } from "./stage/stage";

/** What a signal counts in the history, in bytes. */
const SIGNAL_SIZE = 200;

interface Recorded extends Moment {
  seq: number;
  /** Of the customer's page; null: erased. */
  bytes: Uint8Array<ArrayBuffer> | null;
  signal: { author: Author; act: Act } | undefined;
  decided: Decided | undefined;
}

interface Watch {
  missing(pageLoad: number, after: number): void;
  /** Applied, and the next animation frame has come. */
  painted(pageLoad: number, seq: number, at: number): void;
  /** The picture begins anew: nothing that was on it holds. */
  begun(pageLoad: number): void;
  applied(pageLoad: number): void;
  /** Milliseconds since it was done, as far as this side knows. */
  signal(author: Author, act: Act, age: number): void;
  /** What was decided at the instant that is shown; undefined: it is now, and the display itself says it. */
  decided(decided: Decided | undefined): void;
}

export interface Player {
  take(frames: readonly Frame[]): void;
  earlier(frames: readonly Frame[]): void;
  reset(): void;
  /** Milliseconds of the server's time; null: live. */
  seek(at: number | null): void;
  names(display: Display): void;
  readonly pageLoad: number | undefined;
  readonly until: number | null;
}

export function openPlayer(stage: Stage, watch: Watch): Player {
  let history = emptyHistory<Recorded>();
  let shown = -1;
  let until: number | null = null;
  let pageLoad: number | undefined;
  /** A frame of this page load could not be read: what builds on it has to wait for a full one. */
  let broken: number | undefined;
  let running = false;
  let names: ReadonlyMap<string, string> = new Map();
  let toPaint: Recorded | undefined;
  let decided: Decided | undefined;

  const keep = (one: Recorded) => {
    shown = Math.max(-1, shown - append(history, one));
    void run();
  };
  const order = inOrder<Recorded>(keep, watch.missing);

  const read = (frame: Frame): Recorded => {
    const { pageLoad: load, seq, full, kind, staff, data } = frame;
    const at = Date.parse(frame.at);
    const said = kind === "SIGNAL" && staff !== null && data !== null ? signalOf(data) : undefined;
    const signal = said && staff !== null ? { author: { staff, name: said.name ?? names.get(staff) ?? "Colleague" }, act: said.act } : undefined;
    const bytes = kind === "FRAME" && data !== null ? bytesOf(data) : null;
    const decision = kind === "SIGNAL" && staff === null && data !== null ? decidedOf(data) : undefined;
    return { pageLoad: load, seq, at, full: full && kind === "FRAME", size: bytes?.length ?? SIGNAL_SIZE, bytes, signal, decided: decision };
  };

  const paint = (frame: Recorded) => {
    if (toPaint === undefined) {
      requestAnimationFrame(() => {
        if (toPaint) watch.painted(toPaint.pageLoad, toPaint.seq, performance.timeOrigin + performance.now());
        toPaint = undefined;
      });
    }
    toPaint = frame;
  };

  const showFrame = (one: Recorded, events: readonly unknown[]) => {
    if (one.full) {
      broken = undefined;
      if (one.pageLoad !== pageLoad) watch.begun(one.pageLoad);
      pageLoad = one.pageLoad;
    }
    if (broken === one.pageLoad) return;
    const failed = stage.apply(events);
    if (failed > 0 && one.full) broken = one.pageLoad;
    watch.applied(one.pageLoad);
    paint(one);
  };

  const decide = () => {
    const last = until === null ? undefined : history.moments.findLast((one) => one.decided !== undefined && one.at <= (until ?? 0));
    if (last?.decided === decided) return;
    decided = last?.decided;
    watch.decided(decided);
  };

  /** Shows one moment; false: meanwhile it is no longer the one to be shown. */
  const show = async (one: Recorded): Promise<boolean> => {
    if (one.signal) {
      const newest = until ?? history.moments.at(-1)?.at ?? one.at;
      watch.signal(one.signal.author, one.signal.act, Math.max(0, newest - one.at));
      return true;
    }
    if (one.decided) return true;
    if (one.bytes === null) {
      paint(one);
      return true;
    }
    const events = await inflate(one.bytes).catch(() => null);
    // Somebody may have sought another instant, or everything is new.
    if (upNext() !== one) return false;
    if (events === null) broken = one.pageLoad;
    else showFrame(one, events);
    return true;
  };
  const upNext = (): Recorded | undefined => history.moments[nextMoment(history, shown, until) ?? -1];

  const run = async () => {
    decide();
    if (running) return;
    running = true;
    try {
      for (let one = upNext(); one !== undefined; one = upNext()) {
        const before = shown;
        if (one.full && one.pageLoad === pageLoad && history.moments[before + 1] !== one) watch.begun(one.pageLoad);
        if (await show(one)) shown = nextMoment(history, shown, until) ?? shown;
      }
    } finally {
      running = false;
    }
    // Nothing had been seen yet at that instant.
    if (until !== null && until < (history.moments[history.fulls[0] ?? -1]?.at ?? until)) {
      stage.clear();
      shown = -1;
      pageLoad = undefined;
    }
  };

  return {
    take(frames) {
      for (const frame of frames) {
        const one = read(frame);
        if (one.signal || one.decided) keep(one);
        else if (frame.kind === "FRAME") order.take(one);
      }
    },
    earlier(frames) {
      const more = prepend(history, frames.map(read));
      if (shown >= 0) shown += more;
      void run();
    },
    reset() {
      history = emptyHistory();
      order.reset();
      shown = -1;
      broken = undefined;
      pageLoad = undefined;
      decided = undefined;
    },
    seek(at) {
      until = at;
      void run();
    },
    names(display) {
      const people = [...display.watchers, ...display.invited, ...display.connections];
      names = new Map([...names, ...people.flatMap((one) => (one.staff != null && one.name != null ? [[one.staff, one.name] as const] : []))]);
    },
    get pageLoad() {
      return pageLoad;
    },
    get until() {
      return until;
    },
  };
}
