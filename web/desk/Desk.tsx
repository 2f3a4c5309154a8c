// The desk: me and my contacts, what the customer sees, who the customer is; offers come over everything.
import { useEffect, useRef, useState } from "preact/hooks";
import { nameIn } from "../shared/lib/name";
import { useShortcut } from "../shared/lib/shortcuts";
import { serverNow, setServerNow } from "../shared/live/clock";
import { useTitles } from "../shared/live/policy";
import { useSubscription } from "../shared/live/subscription";
import { Bar } from "../shared/ui/Bar";
import { Button } from "../shared/ui/Button";
import { Dimmed, Freshness } from "../shared/ui/Freshness";
import { Empty, Failed, Loading } from "../shared/ui/States";
import { notify } from "../shared/ui/Toast";
import { say } from "../shared/words/say";
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
import { WhyRejected } from "./offer/WhyRejected";

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
              <Loading label={say("desk.opening")} lines={6} />
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
const columns: Column[] = ["me", "work", "customer"];

function Work({ desk }: { desk: DeskNow }) {
  const [chosen, setChosen] = useState<string>();
  const [column, setColumn] = useState<Column>("work");
  const [looking, setLooking] = useState<string>();
  const titles = useTitles();
  const invitation = desk.invitations.find((one) => one.display === looking);
  const active = desk.contacts.find((one) => one.contact === chosen) ?? desk.contacts[0];
  const offer = desk.offers[0];

  const count = desk.contacts.length;
  useShortcut({ keys: "j", does: say("desk.keys.next"), group: "contacts", when: count > 1 }, () => step(1));
  useShortcut({ keys: "k", does: say("desk.keys.before"), group: "contacts", when: count > 1 }, () => step(-1));
  const step = (by: number) => {
    const at = desk.contacts.findIndex((one) => one === active);
    setChosen(desk.contacts[(at + by + count) % count]?.contact);
  };

  // An offer that goes without my doing is told.
  const offers = useRef(desk.offers);
  useEffect(() => {
    const before = offers.current.map((one) => ({ ...one, name: nameIn(whoOf(one)), call: one.pop.callback != null }));
    for (const news of newsOfGone(before, desk.offers, desk.contacts, serverNow())) notify("info", news);
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
        <aside class="desk-me" aria-label={say("desk.side.me")}>
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
        <section class="desk-work" aria-label={say("desk.column.work")}>
          {invitation ? (
            <InvitedDisplay key={invitation.display} invitation={invitation} close={() => setLooking(undefined)} />
          ) : active ? (
            <Contact key={active.contact} contact={active} dispositions={desk.dispositions} />
          ) : (
            <Nobody desk={desk} />
          )}
        </section>
        <aside class="desk-customer" aria-label={say("desk.column.customer")}>
          {invitation ? (
            <Empty icon="eye" title={say("desk.looking.title")}>
              {say("desk.looking.what", { agent: nameIn(invitation.agentName, say("desk.agent")) })}
            </Empty>
          ) : active ? (
            <Customer key={active.contact} contact={active.contact} pop={active.pop} titles={titles} />
          ) : (
            <Empty icon="user" title={say("desk.nobody.title")}>
              {say("desk.nobody.what")}
            </Empty>
          )}
        </aside>
      </main>
      <nav class="desk-columns" aria-label={say("desk.columns")}>
        {columns.map((one) => (
          <button key={one} type="button" aria-pressed={column === one} onClick={() => setColumn(one)}>
            {say(`desk.column.${one}`)}
            {one === "work" && count > 0 && <span class="desk-count tabular">{count}</span>}
          </button>
        ))}
      </nav>
      {offer ? (
        <OfferDialog key={offer.reservation} offer={offer} />
      ) : (
        desk.question && <WhyRejected key={desk.question.reservation} question={desk.question} reasons={desk.rejections} now={desk.now} />
      )}
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
      <Empty icon="power" title={say("desk.idle.offline.title")}>
        <p>{say("desk.idle.offline.what")}</p>
        {available(say("desk.idle.available"))}
      </Empty>
    );
  }
  if (status === "NOT_RESPONDING") {
    return (
      <Empty icon="alert" title={say("desk.idle.missed.title")}>
        <p>{say("desk.idle.missed.what")}</p>
        {available(say("desk.idle.back"))}
      </Empty>
    );
  }
  if (presence !== "AVAILABLE") {
    return (
      <Empty icon="cup" title={say("desk.idle.away.title")}>
        <p>{say("desk.idle.away.what")}</p>
        {available(say("desk.idle.available"))}
      </Empty>
    );
  }
  return (
    <Empty icon="check" title={say("desk.idle.free.title")}>
      {say("desk.idle.free.what")}
    </Empty>
  );
}
