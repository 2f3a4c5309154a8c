// The customer's tickets: state and a note changed in place, a new one opened; the customer sees it at once.
import { useRef, useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { nameIn } from "../../shared/lib/name";
import { useShortcut } from "../../shared/lib/shortcuts";
import { ageWords, timeWords } from "../../shared/lib/time";
import { now } from "../../shared/live/clock";
import { Button } from "../../shared/ui/Button";
import { WordChip } from "../../shared/ui/Chip";
import { Field } from "../../shared/ui/Field";
import { Marked } from "../../shared/ui/Live";
import { Said } from "../../shared/ui/Said";
import { At } from "../../shared/ui/Time";
import { notify, tell } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { ticketState } from "../../shared/words/state";
import { ChangeTicket, OpenTicket, type Pop, type Ticket } from "../documents";
import { draftOf } from "../draft/drafts";
import { useDraft } from "../draft/useDraft";
import "./ticket.css";

type State = Ticket["state"];
/** What is written of a new ticket. */
const NEW = "ticket";
const states: State[] = ["OPEN", "PENDING", "SOLVED", "CLOSED"];

export function Tickets({ contact, pop }: { contact: string; pop: Pop }) {
  // Who had begun one goes on with it.
  const [opening, setOpening] = useState(() => draftOf(contact, NEW) !== "");
  const account = pop.account?.id;
  useShortcut({ keys: "t", does: say("desk.tickets.open"), group: "customer", when: account !== undefined }, () => setOpening(true));
  return (
    <section class="side">
      <div class="side-head">
        <h2>{say("desk.tickets.title")}</h2>
        {account !== undefined && !opening && (
          <Button kind="quiet" small icon="plus" hint="t" onClick={() => setOpening(true)}>
            {say("desk.tickets.open")}
          </Button>
        )}
      </div>
      {opening && account !== undefined && <NewTicket contact={contact} pop={pop} account={account} close={() => setOpening(false)} />}
      {pop.tickets.length === 0 && !opening ? (
        <p class="side-note">{account === undefined ? say("desk.tickets.signIn") : say("desk.tickets.none")}</p>
      ) : (
        <ul class="tickets">
          {pop.tickets.map((ticket) => (
            <TicketRow key={ticket.id} contact={contact} ticket={ticket} />
          ))}
        </ul>
      )}
    </section>
  );
}

function TicketRow({ contact, ticket }: { contact: string; ticket: Ticket }) {
  const [open, setOpen] = useState(() => draftOf(contact, ticket.id) !== "");
  return (
    <li class="ticket">
      <button type="button" class="ticket-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="ticket-words">
          <strong>
            #{ticket.number} <bdi>{ticket.topicTitle}</bdi>
          </strong>
          <span class="truncate">
            <bdi>{ticket.text ?? say("staff.erased")}</bdi>
          </span>
        </span>
        <Marked of={ticket.state}>
          <WordChip of={ticketState[ticket.state]} />
        </Marked>
      </button>
      {open && (
        <div class="ticket-body">
          <p dir="auto">{ticket.text == null ? say("desk.tickets.erased") : <Said text={ticket.text} />}</p>
          <p class="side-note">
            {say("desk.tickets.when", { opened: timeWords(ticket.openedAt, new Date(now.value)), age: ageWords(now.value - Date.parse(ticket.changedAt)) })}
          </p>
          {ticket.notes.length > 0 && (
            <ol class="ticket-notes">
              {ticket.notes.map((note) => (
                <li key={note.at}>
                  <span class="side-note">
                    <At at={note.at} /> · {ticketState[note.state].word}
                  </span>
                  <p dir="auto">{note.text == null ? say("staff.erased") : <Said text={note.text} />}</p>
                </li>
              ))}
            </ol>
          )}
          <Change contact={contact} ticket={ticket} />
        </div>
      )}
    </li>
  );
}

function Change({ contact, ticket }: { contact: string; ticket: Ticket }) {
  const [state, setState] = useState<State>(ticket.state);
  const [note, setNote] = useDraft(contact, ticket.id);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const noted = note.trim();
    const done = tell(await act(ChangeTicket, { ticket: ticket.id, state, note: noted === "" ? null : noted }));
    if (done) {
      setNote("");
      notify("good", say("desk.tickets.saved", { number: ticket.number }));
    }
    setBusy(false);
  };
  return (
    <form
      class="ticket-change"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field label={say("desk.tickets.state")}>
        {(id) => (
          <select {...id} class="input" value={state} onChange={(event) => setState(event.currentTarget.value as State)}>
            {states.map((one) => (
              <option key={one} value={one}>
                {ticketState[one].word}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={say("desk.tickets.note")}>
        {(id) => <textarea {...id} class="input" dir="auto" rows={2} value={note} onInput={(event) => setNote(event.currentTarget.value)} />}
      </Field>
      <Button kind="primary" small type="submit" busy={busy} disabled={busy || (state === ticket.state && note.trim() === "")}>
        {say("desk.tickets.save")}
      </Button>
    </form>
  );
}

function NewTicket({ contact, pop, account, close }: { contact: string; pop: Pop; account: string; close: () => void }) {
  const [text, setText] = useDraft(contact, NEW);
  const [service, setService] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const save = async () => {
    setBusy(true);
    const done = tell(
      await act(OpenTicket, { account, topic: pop.topic, service: service === "" ? null : service, text: text.trim() }),
    );
    setBusy(false);
    if (done) {
      notify("good", say("desk.tickets.opened"));
      setText("");
      close();
    }
  };
  return (
    <form
      ref={form}
      class="ticket-change ticket-new"
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <p class="side-note">{say("desk.tickets.about", { topic: nameIn(pop.topicTitle) })}</p>
      <Field label={say("desk.tickets.wrong")}>
        {(id) => <textarea {...id} class="input" dir="auto" rows={3} required autofocus value={text} onInput={(event) => setText(event.currentTarget.value)} />}
      </Field>
      {pop.services.length > 0 && (
        <Field label={say("desk.tickets.service")}>
          {(id) => (
            <select {...id} class="input" value={service} onChange={(event) => setService(event.currentTarget.value)}>
              <option value="">{say("desk.tickets.anyService")}</option>
              {pop.services.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.product} {one.label}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <div class="ticket-acts">
        <Button kind="primary" small type="submit" busy={busy} disabled={busy || text.trim() === ""}>
          {say("desk.tickets.create")}
        </Button>
        <Button kind="quiet" small onClick={close}>
          {say("desk.tickets.notNow")}
        </Button>
      </div>
    </form>
  );
}
