// Whose next free moment, or hour, is kept for whom.
import { compare } from "../../shared/lib/compare";
import { exactWords, timeWords } from "../../shared/lib/time";
import { now } from "../../shared/live/clock";
import { Chip } from "../../shared/ui/Chip";
import { Name } from "../../shared/ui/Name";
import { Empty } from "../../shared/ui/States";
import { customerWords } from "../../shared/words/customer";
import { say } from "../../shared/words/say";
import { useSteadyRows } from "../live/steady";
import type { BoardState } from "../live/state";

export function Bookings({ board, open }: { board: BoardState; open: (contact: string) => void }) {
  const sorted = [...board.bookings.values()].sort((a, b) => compare(a.expectedAt, b.expectedAt) || compare(a.id, b.id));
  const { rows, hold } = useSteadyRows(sorted, (row) => row.id);
  const time = (at: string) => timeWords(at, new Date(now.value));
  if (rows.length === 0) {
    return (
      <Empty icon="clock" title={say("board.bookings.none.title")}>
        {say("board.bookings.none.what")}
      </Empty>
    );
  }
  return (
    <ul class="laters" {...hold}>
      {rows.map(({ row, key, gone }) => {
        const name = customerWords(row.customerName, row);
        const { contact } = row;
        return (
          <li key={key} class={gone ? "later row-gone" : "later"}>
            <span class="later-words">
              <strong class="truncate">
                <Name of={row.agentName} or={say("board.agent.one")} /> <span>{say("board.bookings.for")}</span>{" "}
                {contact == null ? (
                  <Name of={name} />
                ) : (
                  <button type="button" class="later-open" onClick={() => open(contact)}>
                    <Name of={name} />
                  </button>
                )}
              </strong>
            </span>
            <Chip word={row.kind === "next" ? say("board.bookings.next") : say("board.bookings.calendar")} tone={row.kind === "next" ? "info" : "idle"} icon={row.kind === "next" ? "user" : "clock"} />
            <span class="later-when tabular" title={exactWords(row.expectedAt)}>
              {row.until == null ? say("board.bookings.at", { time: time(row.expectedAt) }) : say("board.bookings.until", { from: time(row.expectedAt), until: time(row.until) })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
