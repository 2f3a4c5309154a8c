// Fast changes are shown a few times a second: what came in between is in it.
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

const SHOW_EVERY_MS = 150;

export function usePaced<Value>(source: ReadonlySignal<Value>): Value {
  const [shown, setShown] = useState(() => source.peek());
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined;
    let shownAt = 0;
    const stop = source.subscribe(() => {
      if (due !== undefined) return;
      const wait = Math.max(0, shownAt + SHOW_EVERY_MS - Date.now());
      due = setTimeout(() => {
        due = undefined;
        shownAt = Date.now();
        setShown(source.peek());
      }, wait);
    });
    return () => {
      stop();
      clearTimeout(due);
    };
  }, [source]);
  return shown;
}
