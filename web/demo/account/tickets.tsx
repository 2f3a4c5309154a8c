// The customer's trouble tickets, as they are this moment.
import type { Me } from "../../widget/door/documents";
import { clockTime } from "../../widget/time";

type Ticket = Me["tickets"][number];

const words = { OPEN: "Open", PENDING: "Waiting for you", SOLVED: "Solved", CLOSED: "Closed" } as const;

function One({ ticket }: { ticket: Ticket }) {
  return (
    // A change of the key shows it anew, so that what has changed is marked for a moment.
    <li key={ticket.changedAt} class={`ticket ${ticket.state.toLowerCase()}`} data-ticket={ticket.number} data-state={ticket.state}>
      <p class="ticket-head">
        <strong>No. {ticket.number}</strong>
        <span>{ticket.topicTitle}</span>
        <span class="ticket-state">{words[ticket.state]}</span>
      </p>
      <p data-private dir="auto">
        {ticket.text ?? "What you wrote has been erased."}
      </p>
      {ticket.notes.length > 0 && (
        <ul class="notes">
          {ticket.notes.map((note) => (
            <li key={note.at}>
              <time dateTime={note.at}>{clockTime(note.at)}</time> {words[note.state]}
              {note.text !== null && (
                <>
                  : <bdi>{note.text}</bdi>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      <p class="small">
        Filed <time dateTime={ticket.openedAt}>{clockTime(ticket.openedAt)}</time>, last change{" "}
        <time dateTime={ticket.changedAt}>{clockTime(ticket.changedAt)}</time>
      </p>
    </li>
  );
}

export function Tickets({ tickets }: { tickets: readonly Ticket[] }) {
  const newestFirst = [...tickets].sort((a, b) => b.number - a.number);
  return (
    <section aria-labelledby="tickets" data-lockstep-share>
      <h2 id="tickets">Tickets</h2>
      {newestFirst.length === 0 ? (
        <p class="soft">You have none. If something is wrong, file one below.</p>
      ) : (
        <ul class="ticket-list" aria-live="polite">
          {newestFirst.map((ticket) => (
            <One key={`${ticket.id} ${ticket.changedAt}`} ticket={ticket} />
          ))}
        </ul>
      )}
    </section>
  );
}
