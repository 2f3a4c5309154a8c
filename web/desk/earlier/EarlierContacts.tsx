// What the customer asked for before: how it ended, what was noted for the next agent; each can be opened.
import { useEffect, useState } from "preact/hooks";
import type { Titles } from "../../shared/live/policy";
import { useQuery } from "../../shared/live/query";
import { Icon } from "../../shared/ui/Icon";
import { Failed, Loading } from "../../shared/ui/States";
import { At } from "../../shared/ui/Time";
import { nameIn } from "../../shared/lib/name";
import { say } from "../../shared/words/say";
import { channel, contactState, exitWord } from "../../shared/words/state";
import { EarlierContacts as Asked, type Earlier } from "../documents";
import "./earlier.css";
import { EarlierContact } from "./EarlierContact";

interface Props {
  contact: string;
  /** How many the desk knows of: another one is asked for again. */
  count: number;
  customer: string;
  titles: Titles;
}

export function EarlierContacts({ contact, count, customer, titles }: Props) {
  const { data, error, again } = useQuery(Asked, { contact });
  const [open, setOpen] = useState<Earlier>();
  useEffect(again, [count]);
  return (
    <section class="side">
      <div class="side-head">
        <h2>{say("desk.customer.earlier")}</h2>
      </div>
      {error && !data ? (
        <Failed error={error} again={again} />
      ) : data === undefined ? (
        <Loading lines={2} label={say("desk.earlier.loading")} />
      ) : data.earlierContacts.length === 0 ? (
        <p class="side-note">{say("desk.customer.earlier.none")}</p>
      ) : (
        <ul class="earlier">
          {data.earlierContacts.map((one) => (
            <Row key={one.row.id} one={one} titles={titles} open={() => setOpen(one)} />
          ))}
        </ul>
      )}
      {open && <EarlierContact earlier={open} customer={customer} titles={titles} close={() => setOpen(undefined)} />}
    </section>
  );
}

function Row({ one, titles, open }: { one: Earlier; titles: Titles; open: () => void }) {
  const { row, notes } = one;
  const how = row.disposition != null ? titles.disposition(row.disposition) : row.exit != null ? exitWord(row.exit) : contactState[row.state].word;
  return (
    <li>
      <button type="button" class="earlier-row" aria-haspopup="dialog" onClick={open}>
        <Icon name={channel[row.channel].icon} size={14} label={channel[row.channel].word} />
        <span class="lines-main">
          <span class="truncate">
            <bdi>{row.topicTitle}</bdi>
          </span>
          <span class="truncate">{row.agentName == null ? how : say("desk.earlier.by", { how, agent: nameIn(row.agentName) })}</span>
          {notes != null && (
            <span class="earlier-notes" dir="auto">
              {notes}
            </span>
          )}
        </span>
        <span class="side-note">
          <At at={row.queuedAt} />
        </span>
      </button>
    </li>
  );
}
