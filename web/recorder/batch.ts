// Gathers events into batches: the first goes at once, what follows within 50 ms goes together.
import { kind, type RecordedEvent } from "./rrweb";

export const gather_ms = 50;
/** So many events are a batch, however little time has passed. */
export const batch_max = 2_000;

export interface Batches {
  add(event: RecordedEvent): void;
  /** Cuts what there is. */
  cut(): void;
  /** Throws away what there is. */
  stop(): void;
}

interface BatchWorld {
  take(events: readonly RecordedEvent[]): void;
  now(): number;
  /** Returns how to call it off. */
  after(milliseconds: number, work: () => void): () => void;
}

/** A batch that has a full snapshot begins with it. */
export function batchesTo({ take, now, after }: BatchWorld): Batches {
  let events: RecordedEvent[] = [];
  let cutAt = -Infinity;
  let callOff: (() => void) | null = null;

  const cut = () => {
    callOff?.();
    callOff = null;
    if (events.length === 0) return;
    const batch = events;
    events = [];
    cutAt = now();
    take(batch);
  };
  return {
    add(event) {
      if (event.type === kind.meta || events.length >= batch_max) cut();
      events.push(event);
      callOff ??= after(Math.max(0, cutAt + gather_ms - now()), cut);
    },
    cut,
    stop() {
      callOff?.();
      callOff = null;
      events = [];
    },
  };
}
