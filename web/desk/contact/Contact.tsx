// The active contact: its head with what can be done now, then the talk, the call or the wrap-up.
import { useEffect, useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { useShortcut } from "../../shared/lib/shortcuts";
import { Button } from "../../shared/ui/Button";
import { WordChip } from "../../shared/ui/Chip";
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { Loading } from "../../shared/ui/States";
import { Age, Until } from "../../shared/ui/Time";
import { tell } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { channel, contactState } from "../../shared/words/state";
import { Chat } from "../chat/Chat";
import { ContactDisplay, showsPage } from "../display/ContactDisplay";
import { Finish, Hold, Resume, type Desk, type DeskContact } from "../documents";
import { ByHand } from "../phone/ByHand";
import { WrapUp } from "../wrap-up/WrapUp";
import { Away } from "./Away";
import "./contact.css";
import { markSeen } from "./seen";
import { whoOf } from "./who";

export function Contact({ contact, dispositions }: { contact: DeskContact; dispositions: Desk["dispositions"] }) {
  const { state, pop, link, since, until } = contact;
  const name = whoOf(contact);
  const [busy, setBusy] = useState(false);
  const [wide, setWide] = useState(false);
  /** On a phone the page or the talk shows at a time. */
  const [side, setSide] = useState<"page" | "talk">("talk");
  useEffect(() => markSeen(contact));

  const send = async (what: () => ReturnType<typeof act>) => {
    setBusy(true);
    tell(await what());
    setBusy(false);
  };
  const talking = state === "TALKING";
  const held = state === "HELD";
  const hold = () => void send(() => act(Hold, { contact: contact.contact }));
  const resume = () => void send(() => act(Resume, { contact: contact.contact }));
  const finish = () => void send(() => act(Finish, { contact: contact.contact }));
  useShortcut({ keys: "h", does: held ? say("desk.contact.resume") : say("desk.contact.hold"), group: "contact", when: talking || held }, held ? resume : hold);
  useShortcut({ keys: "f", does: say("desk.contact.keys.finish"), group: "contact", when: talking || held }, finish);

  const chat = link?.messages;
  const page = showsPage(contact);
  return (
    <article class="contact" aria-busy={busy}>
      <header class="contact-head">
        <div class="contact-title">
          <h1 class="truncate">
            <Name of={name} />
          </h1>
          <p class="truncate">
            <Icon name={channel[contact.channel].icon} size={14} label={channel[contact.channel].word} />
            <bdi class="truncate">{pop.topicTitle}</bdi>
          </p>
        </div>
        <div class="contact-now">
          <Away since={pop.customerAwaySince} />
          <WordChip of={contactState[state]} />
          <span class="tabular contact-age">{state === "WRAPPING" && until != null ? <Until until={until} /> : <Age since={since} exact />}</span>
        </div>
        <div class="contact-acts">
          {talking && (
            <Button icon="pause" hint="h" disabled={busy} onClick={hold}>
              {say("desk.contact.hold")}
            </Button>
          )}
          {held && (
            <Button kind="primary" icon="play" hint="h" disabled={busy} onClick={resume}>
              {say("desk.contact.resume")}
            </Button>
          )}
          {(talking || held) && (
            <Button icon="check" hint="f" disabled={busy} onClick={finish}>
              {say("desk.contact.finish")}
            </Button>
          )}
        </div>
      </header>
      {state === "WRAPPING" && <WrapUp contact={contact} dispositions={dispositions} />}
      {page && (
        <nav class="contact-sides" aria-label={say("desk.contact.sides")}>
          {(["page", "talk"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={side === one} onClick={() => setSide(one)}>
              {one === "page" ? say("desk.contact.page") : link?.medium === "chat" ? say("desk.contact.chat") : say("desk.contact.call")}
            </button>
          ))}
        </nav>
      )}
      <div class="contact-body" data-page={page} data-wide={page && wide} data-side={side}>
        {(talking || held) && <ContactDisplay contact={contact} wide={{ on: wide, set: setWide }} />}
        <div class="contact-talk">
          {link == null ? (
            state === "WRAPPING" ? null : (
              <Loading label={say("desk.contact.linking")} lines={3} />
            )
          ) : link.medium === "chat" ? (
            <Chat contact={contact.contact} link={link} customer={name} can={talking} held={held} />
          ) : (
            <ByHand link={link} open={state === "LINKING"} />
          )}
          {link != null && link.medium !== "chat" && chat && chat.length > 0 && (
            <Chat contact={contact.contact} link={link} customer={name} can={false} held={held} />
          )}
        </div>
      </div>
    </article>
  );
}
