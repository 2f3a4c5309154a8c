// Rows that keep their place while the pointer is over them.
import { useRef, useState } from "preact/hooks";

/**
 * The order to show. While held, known rows stay where they are, also those that are gone; new ones come at the end.
 */
export function steadyOrder(before: readonly string[], sorted: readonly string[], held: boolean): readonly string[] {
  if (!held) return sorted;
  const known = new Set(before);
  const fresh = sorted.filter((key) => !known.has(key));
  return fresh.length === 0 ? before : [...before, ...fresh];
}

export interface SteadyRow<Row> {
  row: Row;
  key: string;
  /** No longer there: shown until the pointer leaves. */
  gone: boolean;
}

/** `rows` in their order; the handlers go on the element around them. */
export function useSteadyRows<Row>(rows: readonly Row[], keyOf: (row: Row) => string) {
  const [held, setHeld] = useState(false);
  const order = useRef<readonly string[]>([]);
  const last = useRef(new Map<string, Row>());
  const current = new Map(rows.map((row) => [keyOf(row), row]));
  order.current = steadyOrder(order.current, [...current.keys()], held);
  const shown: SteadyRow<Row>[] = [];
  for (const key of order.current) {
    const row = current.get(key) ?? last.current.get(key);
    if (row !== undefined) shown.push({ row, key, gone: !current.has(key) });
  }
  last.current = new Map(shown.map(({ key, row }) => [key, row]));
  return {
    rows: shown,
    hold: { onPointerEnter: () => setHeld(true), onPointerLeave: () => setHeld(false) },
  };
}
