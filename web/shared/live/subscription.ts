// A subscription as a signal: what came last, when, and what went wrong.
import { signal, type ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { ApiError, Document } from "../graphql/document";
import { follow } from "../graphql/socket";

/** After the server ended a subscription by itself. */
const START_AGAIN_MS = 1_000;

export interface Live<Value> {
  /** Nothing until the first answer. */
  value: Value | undefined;
  /** The browser's clock when it came. */
  at: number | undefined;
  error: ApiError | undefined;
}

/**
 * Follows `document` while the component lives. `fold` makes the next value from the last one and what came;
 * it may answer `"again"` to start over with a new snapshot.
 */
export function useSubscription<Result, Variables extends Record<string, unknown>, Value>(
  document: Document<Result, Variables>,
  variables: Variables,
  fold: (before: Value | undefined, result: Result) => Value | "again",
): ReadonlySignal<Live<Value>> {
  const [live] = useState(() => signal<Live<Value>>({ value: undefined, at: undefined, error: undefined }));
  const key = JSON.stringify(variables);
  useEffect(() => {
    let stop: () => void = () => undefined;
    let turn = 0;
    let restarting: ReturnType<typeof setTimeout> | undefined;
    live.value = { value: undefined, at: undefined, error: undefined };
    const start = () => {
      stop();
      turn += 1;
      const mine = turn;
      // What an earlier turn still says is no longer ours.
      const current = () => mine === turn;
      stop = follow(document, variables, {
        next: (result) => {
          if (!current()) return;
          const value = fold(live.value.value, result);
          if (value === "again") start();
          else live.value = { value, at: Date.now(), error: undefined };
        },
        error: (error) => {
          if (current()) live.value = { ...live.value, error };
        },
        ended: () => {
          if (current()) restarting = setTimeout(start, START_AGAIN_MS);
        },
      });
    };
    start();
    return () => {
      turn += 1;
      clearTimeout(restarting);
      stop();
    };
  }, [key]);
  return live;
}
