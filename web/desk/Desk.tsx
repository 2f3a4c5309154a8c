// The desk: me and my contacts, what the customer sees, who the customer is; offers come over everything.
import { useEffect, useRef, useState } from "preact/hooks";
import { nameIn } from "../shared/lib/name";
import { useShortcut } from "../shared/lib/shortcuts";
import { serverNow, setServerNow } from "../shared/live/clock";
import { useSubscription } from "../shared/live/subscription";
import { Bar } from "../shared/ui/Bar";
import { Button } from "../shared/ui/Button";
import { Dimmed, Freshness } from "../shared/ui/Freshness";
import { Name } from "../shared/ui/Name";
import { Empty, Failed, Loading } from "../shared/ui/States";
import { say } from "../shared/ui/Toast";
import { BookingList } from "./booking/BookingList";
import { Contact } from "./contact/Contact";
import { whoOf } from "./contact/who";
import { ContactList } from "./contact/ContactList";
import { Customer } from "./customer/Customer";
import "./desk.css";
import { InvitationList, InvitedDisplay } from "./display/Invitations";
import { DeskLive, type Desk as DeskNow } from "./documents";
import { keepDraftsOf } from "./draft/drafts";
import { Me } from "./me/Me";
import { changePresence, leaveSite } from "./me/presence";
import { newsOfGone } from "./offer/gone";
import { OfferDialog } from "./offer/OfferDialog";

export function Desk() {
  const live = useSubscription(DeskLive, {}, (_: DeskNow | undefined, { desk }): DeskNow => {
    setServerNow(desk.now);
    return desk;
  });
  const { value: desk, error, at } = live.value;
  return (
    <div class="frame">
      <Bar page="desk" leave={async () => desk === undefined || (await leaveSite(desk.me))}>
        <Freshness at={at} />
      </Bar>
      <Dimmed>
        {desk && !error?.forbidden ? (
          <Work desk={desk} />
        ) : error ? (
          <main>
            <Failed error={error} again={() => location.reload()} />
          </main>
        ) : (
          <main class="desk" data-column="work">
            <div class="desk-me">
              <Loading label="Opening the desk" lines={6} />
            </div>
            <div class="desk-work">
              <Loading lines={3} />
            </div>
            <div class="desk-customer">
              <Loading lines={8} />
            </div>
          </main>
        )}
      </Dimmed>
    </div>
  );
}

/** On a narrow screen one of the three columns shows at a time. */
type Column = "me" | "work" | "customer";
const columns: { column: Column; label: string }[] = [
  { column: "me", label: "Me" },
  { column: "work", label: "Contact" },
  { column: "customer", label: "Customer" },
];

function Work({ desk }: { desk: DeskNow }) {
  const [chosen, setChosen] = useState<string>();
  const [column, setColumn] = useState<Column>("work");
  const [looking, setLooking] = useState<string>();
  const invitation = desk.invitations.find((one) => one.display === looking);
  const active = desk.contacts.find((one) => one.contact === chosen) ?? desk.contacts[0];
  const offer = desk.offers[0];

  const count = desk.contacts.length;
  useShortcut({ keys: "j", does: "Next contact", group: "Contacts", when: count > 1 }, () => step(1));
  useShortcut({ keys: "k", does: "Contact before", group: "Contacts", when: count > 1 }, () => step(-1));
  const step = (by: number) => {
    const at = desk.contacts.findIndex((one) => one === active);
    setChosen(desk.contacts[(at + by + count) % count]?.contact);
  };

  // An offer that goes without my doing is told.
  const offers = useRef(desk.offers);
  useEffect(() => {
    const before = offers.current.map((one) => ({ ...one, name: nameIn(whoOf(one)) ?? "" }));
    for (const news of newsOfGone(before, desk.offers, desk.contacts, serverNow())) say("info", news);
    offers.current = desk.offers;
  }, [desk.offers]);

  // A contact that has just begun comes to the front.
  const [known, setKnown] = useState<readonly string[]>(() => desk.contacts.map((one) => one.contact));
  useEffect(() => {
    const fresh = desk.contacts.find((one) => !known.includes(one.contact));
    if (fresh) {
      setChosen(fresh.contact);
      setLooking(undefined);
      setColumn("work");
    }
    const mine = desk.contacts.map((one) => one.contact);
    setKnown(mine);
    keepDraftsOf(mine);
  }, [desk.contacts.map((one) => one.contact).join()]);

  return (
    <>
      <main class="desk" data-column={column}>
        <aside class="desk-me" aria-label="Me and my contacts">
          <Me desk={desk} />
          <ContactList
            contacts={desk.contacts}
            active={invitation ? undefined : active?.contact}
            choose={(contact) => {
              setChosen(contact);
              setLooking(undefined);
              setColumn("work");
            }}
          />
          <InvitationList
            invitations={desk.invitations}
            active={invitation?.display}
            choose={(display) => {
              setLooking(display);
              setColumn("work");
            }}
          />
          <BookingList bookings={desk.bookings} />
        </aside>
        <section class="desk-work" aria-label="Contact">
          {invitation ? (
            <InvitedDisplay key={invitation.display} invitation={invitation} close={() => setLooking(undefined)} />
          ) : active ? (
            <Contact key={active.contact} contact={active} dispositions={desk.dispositions} />
          ) : (
            <Nobody desk={desk} />
          )}
        </section>
        <aside class="desk-customer" aria-label="Customer">
          {invitation ? (
            <Empty icon="eye" title="You are looking on">
              Who the customer is stays with <Name of={invitation.agentName} or="the agent" />, whose contact this is.
            </Empty>
          ) : active ? (
            <Customer key={active.contact} contact={active.contact} pop={active.pop} />
          ) : (
            <Empty icon="user" title="No customer yet">
              Who they are, what they may ask for and what happened before stands here as soon as you have a contact.
            </Empty>
          )}
        </aside>
      </main>
      <nav class="desk-columns" aria-label="Columns">
        {columns.map((one) => (
          <button key={one.column} type="button" aria-pressed={column === one.column} onClick={() => setColumn(one.column)}>
            {one.label}
            {one.column === "work" && count > 0 && <span class="desk-count tabular">{count}</span>}
          </button>
        ))}
      </nav>
      {offer && <OfferDialog key={offer.reservation} offer={offer} reasons={desk.reasons} />}
    </>
  );
}

function Nobody({ desk }: { desk: DeskNow }) {
  const { presence, status } = desk.me;
  const available = (words: string) => (
    <Button icon="check" onClick={() => void changePresence(desk.me, "AVAILABLE")}>
      {words}
    </Button>
  );
  if (presence === "OFFLINE") {
    return (
      <Empty icon="power" title="You are offline">
        <p>Offers come over everything you do here, as soon as you are available.</p>
        {available("Become available")}
      </Empty>
    );
  }
  if (status === "NOT_RESPONDING") {
    return (
      <Empty icon="alert" title="You missed an offer">
        <p>You get no more for a while, unless you say that you are at the desk again.</p>
        {available("I am back")}
      </Empty>
    );
  }
  if (presence !== "AVAILABLE") {
    return (
      <Empty icon="cup" title="No offers while you are away">
        <p>Customers who need you wait, or are served by others.</p>
        {available("Become available")}
      </Empty>
    );
  }
  return (
    <Empty icon="check" title="You are available">
      The next customer who needs what you can do comes to you. Nothing to do until then.
    </Empty>
  );
}
