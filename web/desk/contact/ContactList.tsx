// My contacts: who, in which state, for how long; what was said since I last looked.
import { nameIn } from "../../shared/lib/name";
import { useShortcut } from "../../shared/lib/shortcuts";
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { Age, Until } from "../../shared/ui/Time";
import { say } from "../../shared/words/say";
import { channel, contactState } from "../../shared/words/state";
import type { DeskContact } from "../documents";
import "./contact-list.css";
import { unseen } from "./seen";
import { whoOf } from "./who";

interface Props {
  contacts: readonly DeskContact[];
  active: string | undefined;
  choose: (contact: string) => void;
}

export function ContactList({ contacts, active, choose }: Props) {
  return (
    <section class="side contacts">
      <div class="side-head">
        <h2>{say("desk.contacts.title")}</h2>
        <span class="side-note tabular">{contacts.length}</span>
      </div>
      {contacts.length === 0 ? (
        <p class="side-note">{say("desk.contacts.none")}</p>
      ) : (
        <ul>
          {contacts.map((one, index) => (
            <Row key={one.contact} contact={one} index={index} active={one.contact === active} choose={choose} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ contact, index, active, choose }: { contact: DeskContact; index: number; active: boolean; choose: Props["choose"] }) {
  const { pop, state, until, since } = contact;
  const name = whoOf(contact);
  const number = String(index + 1);
  useShortcut({ keys: number, does: say("desk.contacts.keys", { number, name: nameIn(name) }), group: "contacts", when: index < 9 }, () => choose(contact.contact));
  const fresh = active ? 0 : unseen(contact);
  const word = contactState[state];
  return (
    <li>
      <button type="button" class="contact-row" aria-current={active ? "true" : undefined} onClick={() => choose(contact.contact)}>
        <span class={`contact-icon contact-icon-${word.tone}`}>
          <Icon name={channel[contact.channel].icon} size={14} label={channel[contact.channel].word} />
        </span>
        <span class="contact-words">
          <strong class="truncate">
            <Name of={name} />
          </strong>
          <span class="truncate">
            {pop.customerAwaySince === null ? say("desk.contacts.line", { state: word.word, topic: nameIn(pop.topicTitle) }) : say("desk.contacts.away", { topic: nameIn(pop.topicTitle) })}
          </span>
        </span>
        <span class="contact-end tabular">
          {fresh > 0 ? (
            <span class="contact-fresh" role="img" aria-label={say("desk.contacts.fresh", { count: fresh })}>
              {fresh}
            </span>
          ) : state === "WRAPPING" && until != null ? (
            <Until until={until} />
          ) : (
            <Age since={since} exact />
          )}
        </span>
      </button>
    </li>
  );
}
