// What the customer of a contact sees: the page, or one line that says why it is not there and how to ask for it.
import { useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { OfferDisplay } from "../../shared/display/documents";
import { DisplayPane } from "../../shared/display/Pane";
import { endWords } from "../../shared/display/words";
import { nameIn } from "../../shared/lib/name";
import { ageWords } from "../../shared/lib/time";
import { now } from "../../shared/live/clock";
import { Button } from "../../shared/ui/Button";
import { Icon } from "../../shared/ui/Icon";
import { tell } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { whoOf } from "../contact/who";
import type { DeskContact } from "../documents";
import "./display.css";

/** Whether the page takes up room: then the talk is smaller. */
export function showsPage({ display, state }: DeskContact): boolean {
  return (state === "TALKING" || state === "HELD") && (display?.state === "SHARED" || display?.state === "PAUSED");
}

interface Props {
  contact: DeskContact;
  wide: { on: boolean; set: (on: boolean) => void };
}

export function ContactDisplay({ contact, wide }: Props) {
  const { display, pop } = contact;
  const [busy, setBusy] = useState(false);
  const customer = whoOf(contact);
  const ask = async () => {
    setBusy(true);
    tell(await act(OfferDisplay, { contact: contact.contact }));
    setBusy(false);
  };
  if (display && showsPage(contact)) {
    const pages = pop.pages.flatMap(({ url, title }) => (url == null ? [] : [{ url, title: title ?? url }])).reverse();
    return <DisplayPane key={display.id} contact={contact.contact} visit={display.visit} customer={customer} as="agent" pages={pages} wide={wide} askAgain={() => void ask()} />;
  }
  return (
    <div class="no-display" role="status">
      <Icon name={display?.state === "OFFERED" ? "hourglass" : "eye"} size={14} />
      {display?.state === "OFFERED" ? (
        <p>{say("desk.display.asked", { name: nameIn(customer), age: ageWords(now.value - Date.parse(display.since)) })}</p>
      ) : (
        <>
          <p>{display == null ? say("desk.display.none", { name: nameIn(customer) }) : endWords(display.endReason)}</p>
          <Button small busy={busy} disabled={busy} onClick={() => void ask()}>
            {say("desk.display.ask")}
          </Button>
        </>
      )}
    </div>
  );
}
