// The board as folded from what the server sends: a snapshot, then rows by their keys.
import type { AgentRow, BoardChange, BookingRow, CallbackRow, ContactRow, QueueRow, Totals } from "../documents";

export interface BoardState {
  version: number;
  queues: ReadonlyMap<string, QueueRow>;
  agents: ReadonlyMap<string, AgentRow>;
  contacts: ReadonlyMap<string, ContactRow>;
  callbacks: ReadonlyMap<string, CallbackRow>;
  bookings: ReadonlyMap<string, BookingRow>;
  totals: Totals;
}

/** Answers `"again"` when there is nothing that the change could apply to: start over with a snapshot. */
export function applyChange(before: BoardState | undefined, change: BoardChange): BoardState | "again" {
  if (!change.snapshot) {
    if (before === undefined) return "again";
    // Versions rise but are not dense: the server sends a snapshot to whoever missed something.
    if (change.version <= before.version) return before;
  }
  const from = change.snapshot ? undefined : before;
  const gone = (kind: string) => change.gone.filter((one) => one.kind === kind).map((one) => one.id);
  return {
    version: change.version,
    queues: upsert(from?.queues, change.queues, (row) => row.queue, []),
    agents: upsert(from?.agents, change.agents, (row) => row.id, gone("agent")),
    contacts: upsert(from?.contacts, change.contacts, (row) => row.id, gone("contact")),
    callbacks: upsert(from?.callbacks, change.callbacks, (row) => row.id, gone("callback")),
    bookings: upsert(from?.bookings, change.bookings, (row) => row.id, gone("booking")),
    totals: change.totals,
  };
}

function upsert<Row>(
  before: ReadonlyMap<string, Row> | undefined,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  gone: readonly string[],
): ReadonlyMap<string, Row> {
  if (before !== undefined && rows.length === 0 && gone.length === 0) return before;
  const after = new Map(before);
  for (const row of rows) after.set(keyOf(row), row);
  for (const key of gone) after.delete(key);
  return after;
}
