// Long work in slices: between two of them the page has its turn.

/** So long a slice may take. */
export const slice_ms = 12;
/** Steps between two looks at the clock. */
const steps = 4;

/** Work that stops where it may be interrupted. */
export type Slices<T> = Generator<void, T>;

/** All at once. */
export function whole<T>(work: Slices<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** One slice; undefined: there is more. */
export function slice<T>(work: Slices<T>, now: () => number = () => performance.now()): { value: T } | undefined {
  const until = now() + slice_ms;
  do {
    for (let step = 0; step < steps; step++) {
      const { done, value } = work.next();
      if (done === true) return { value };
    }
  } while (now() < until);
  return undefined;
}

/** A task of its own, sooner than any timer. */
export const nextTask = (): Promise<void> =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });

/** Slice by slice; null: it was given up, because `given()` says so. */
export async function sliced<T>(work: Slices<T>, given: () => boolean = () => false): Promise<{ value: T } | null> {
  for (;;) {
    if (given()) return null;
    const done = slice(work);
    if (done !== undefined) return done;
    await nextTask();
  }
}
