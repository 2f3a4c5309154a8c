// Masks events in their order: small ones at once, large ones in slices, while those that come meanwhile wait.
import { kind, type RecordedEvent } from "./rrweb";
import { nextTask, slice, whole, type Slices } from "./slices";

/** Events that wait for a large one; more of them, and the picture is made again. */
const waiting_max = 10_000;
/** So often in a row a large one is begun again because the page does not hold still; then it is masked at once. */
const again_max = 3;

export interface Masked {
  add(event: RecordedEvent): void;
  stop(): void;
}

interface MaskedWorld {
  slices(event: RecordedEvent): Slices<RecordedEvent | null>;
  /** Whether after this event others may read what an earlier one has recorded. */
  unsettles(event: RecordedEvent): boolean;
  take(plain: RecordedEvent): void;
  /** Everything anew. */
  again(): void;
  failed(cause: unknown, event: RecordedEvent): void;
  next?: () => Promise<void>;
}

export function maskedBy({ slices, unsettles, take, again, failed, next = nextTask }: MaskedWorld): Masked {
  let waiting: RecordedEvent[] = [];
  let working = false;
  let stopped = false;
  let given = 0;
  let spoilt = false;
  /** A page's size, until what follows it is there: the two begin a frame. */
  let meta: RecordedEvent | null = null;

  const done = (event: RecordedEvent, plain: RecordedEvent | null) => {
    if (plain === null || stopped) return;
    if (event.type === kind.meta) {
      meta = plain;
      return;
    }
    if (meta !== null) take(meta);
    meta = null;
    take(plain);
  };
  /** Whether it is done already. */
  const begun = (event: RecordedEvent): Slices<RecordedEvent | null> | null => {
    const work = slices(event);
    if (given >= again_max) {
      done(event, whole(work));
      given = 0;
      return null;
    }
    // A picture of everything has held the page already, while it was made.
    if (event.type === kind.full) return work;
    const first = slice(work);
    if (first === undefined) return work;
    done(event, first.value);
    return null;
  };
  const goOn = async (event: RecordedEvent, work: Slices<RecordedEvent | null>) => {
    working = true;
    let left: Slices<RecordedEvent | null> | null = work;
    let now = event;
    try {
      for (;;) {
        while (left !== null) {
          await next();
          if (stopped) return;
          if (waiting.length > waiting_max || spoilt) {
            waiting = [];
            spoilt = false;
            meta = null;
            given += 1;
            return again();
          }
          const part: { value: RecordedEvent | null } | undefined = slice(left);
          if (part === undefined) continue;
          done(now, part.value);
          left = null;
          given = 0;
        }
        const following = waiting.shift();
        if (following === undefined) return;
        now = following;
        left = begun(now);
      }
    } catch (cause) {
      failed(cause, now);
    } finally {
      working = false;
      // What came behind one that failed.
      const rest = waiting;
      waiting = [];
      for (const one of rest) add(one);
    }
  };
  const add = (event: RecordedEvent) => {
    if (working) {
      waiting.push(event);
      spoilt ||= unsettles(event);
      return;
    }
    try {
      const work = begun(event);
      if (work !== null) void goOn(event, work);
    } catch (cause) {
      failed(cause, event);
    }
  };
  return {
    add,
    stop() {
      stopped = true;
      waiting = [];
    },
  };
}
