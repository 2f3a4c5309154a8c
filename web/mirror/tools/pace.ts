// At most one value in a while: the first at once, then the newest when its time has come.

interface Clock {
  now(): number;
  after(ms: number, work: () => void): () => void;
}

const real: Clock = {
  now: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

export interface Paced<T> {
  put(value: T): void;
  /** What has not been sent yet never will be. */
  drop(): void;
}

export function paced<T>(everyMs: number, send: (value: T) => void, clock: Clock = real): Paced<T> {
  let sentAt = Number.NEGATIVE_INFINITY;
  let waiting: { value: T } | undefined;
  let cancel: (() => void) | undefined;
  const go = (value: T) => {
    sentAt = clock.now();
    waiting = undefined;
    send(value);
  };
  return {
    put(value) {
      const wait = sentAt + everyMs - clock.now();
      if (wait <= 0) {
        cancel?.();
        cancel = undefined;
        go(value);
        return;
      }
      waiting = { value };
      cancel ??= clock.after(wait, () => {
        cancel = undefined;
        if (waiting) go(waiting.value);
      });
    },
    drop() {
      waiting = undefined;
      cancel?.();
      cancel = undefined;
    },
  };
}
