// Whose next free moment, or hour, is kept for whom.
import { compare } from "../../shared/lib/compare";
import { Chip } from "../../shared/ui/Chip";
import { Empty } from "../../shared/ui/States";
import { At } from "../../shared/ui/Time";
import { useSteadyRows } from "../live/steady";
import type { BoardState } from "../live/state";

export function Bookings({ board, open }: { board: BoardState; open: (contact: string) => void }) {
  const sorted = [...board.bookings.values()].sort((a, b) => compare(a.expectedAt, b.expectedAt) || compare(a.id, b.id));
  const { rows, hold } = useSteadyRows(sorted, (row) => row.id);
  if (rows.length === 0) {
    return (
      <Empty icon="clock" title="Nobody is booked">
        When all qualified agents are busy, the one expected free first is kept for who waits longest.
      </Empty>
    );
  }
  return (
    <ul class="laters" {...hold}>
      {rows.map(({ row, key, gone }) => {
        const name = row.customerName ?? "A visitor";
        const { contact } = row;
        return (
          <li key={key} class={gone ? "later row-gone" : "later"}>
            <span class="later-words">
              <strong class="truncate">
                {row.agentName ?? "An agent"} <span>is kept for</span>{" "}
                {contact == null ? (
                  name
                ) : (
                  <button type="button" class="later-open" onClick={() => open(contact)}>
                    {name}
                  </button>
                )}
              </strong>
            </span>
            <Chip word={row.kind === "next" ? "Next free" : "Calendar"} tone={row.kind === "next" ? "info" : "idle"} icon={row.kind === "next" ? "user" : "clock"} />
            <span class="later-when">
              expected <At at={row.expectedAt} />
              {row.until != null && (
                <>
                  {" "}
                  to <At at={row.until} />
                </>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
