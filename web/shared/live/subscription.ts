// A subscription as a signal: what came last, when, and what went wrong.
import { signal, type ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { ApiError, Document } from "../graphql/document";
import { follow } from "../graphql/socket";

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
    let ended = false;
    live.value = { value: undefined, at: undefined, error: undefined };
    const start = () => {
      stop = follow(document, variables, {
        next: (result) => {
          if (ended) return;
          const value = fold(live.value.value, result);
          if (value === "again") {
            stop();
            start();
          } else {
            live.value = { value, at: Date.now(), error: undefined };
          }
        },
        error: (error) => {
          if (!ended) live.value = { ...live.value, error };
        },
      });
    };
    start();
    return () => {
      ended = true;
      stop();
    };
  }, [key]);
  return live;
}
