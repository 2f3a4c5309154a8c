// Narrowing the table of contacts: by queue, state, agent and text.
import { compare } from "../../shared/lib/compare";
import type { ContactRow } from "../documents";

export interface Filter {
  /** Empty: all. */
  queue: string;
  state: string;
  agent: string;
  text: string;
}

export const noFilter: Filter = { queue: "", state: "", agent: "", text: "" };

export function isFiltering(filter: Filter): boolean {
  return Object.values(filter).some((value) => value !== "");
}

/** `wordsOf`: what of a row can be found by text. */
export function matching(
  rows: Iterable<ContactRow>,
  filter: Filter,
  wordsOf: (row: ContactRow) => readonly (string | null | undefined)[],
): ContactRow[] {
  const text = filter.text.trim().toLowerCase();
  const found: ContactRow[] = [];
  for (const row of rows) {
    if (filter.queue !== "" && row.queue !== filter.queue) continue;
    if (filter.state !== "" && row.state !== filter.state) continue;
    if (filter.agent !== "" && row.agent !== filter.agent) continue;
    if (text !== "" && !wordsOf(row).some((words) => words?.toLowerCase().includes(text))) continue;
    found.push(row);
  }
  return found.sort(byUrgency);
}

const order: Record<ContactRow["state"], number> = {
  WAITING: 0,
  OFFERED: 1,
  LINKING: 2,
  HELD: 3,
  TALKING: 4,
  WRAPPING: 5,
  COMPLETED: 6,
  LEFT: 6,
};

/** Who waits comes first, who waits longest before all. */
function byUrgency(a: ContactRow, b: ContactRow): number {
  return order[a.state] - order[b.state] || compare(a.queuedAt, b.queuedAt) || compare(a.id, b.id);
}
