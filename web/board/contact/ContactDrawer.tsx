// One contact in depth: what happened when, why this agent and who else was weighed, what was said.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useSubscription, type Live } from "../../shared/live/subscription";
import { has } from "../../shared/session/session";
import { Chip, WordChip } from "../../shared/ui/Chip";
import { Dialog } from "../../shared/ui/Dialog";
import { Icon } from "../../shared/ui/Icon";
import { Empty, Failed, Loading, sentence } from "../../shared/ui/States";
import { Age, At } from "../../shared/ui/Time";
import { channel, contactState, humanise } from "../../shared/words/state";
import { ContactDisplay } from "../display/ContactDisplay";
import { ContactLive, UnnamedContactLive, type ContactDetail } from "../documents";
import type { BoardState } from "../live/state";
import { actorWords } from "./actor";
import { ContactActs } from "./ContactActs";
import "./drawer.css";
import { Why } from "./Why";

type Tab = "timeline" | "why" | "said";
const tabs: { tab: Tab; label: string }[] = [
  { tab: "timeline", label: "Timeline" },
  { tab: "why", label: "Why this agent" },
  { tab: "said", label: "Transcript" },
];

interface Props {
  id: string;
  board?: BoardState;
  topics: ReadonlyMap<string, string>;
  close: () => void;
}

export function ContactDrawer(props: Props) {
  return has("SUPERVISOR") ? <Named {...props} /> : <Unnamed {...props} />;
}

type Known = ContactDetail | null;

function Named(props: Props) {
  const live = useSubscription(ContactLive, { id: props.id }, (_: Known | undefined, { contact }): Known => contact);
  return <Drawer {...props} live={live.value} />;
}

/** For whoever may not know who it was. */
function Unnamed(props: Props) {
  const live = useSubscription(UnnamedContactLive, { id: props.id }, (_: Known | undefined, { contact }): Known => {
    if (!contact) return null;
    return {
      ...contact,
      row: { ...contact.row, customerName: null },
      pop: { ...contact.pop, customerName: null, address: null },
      transcript: [],
      notes: null,
    };
  });
  return <Drawer {...props} live={live.value} />;
}

function Drawer({ board, topics, close, live }: Props & { live: Live<Known> }) {
  const { value: detail, error } = live;
  return (
    <Dialog drawer title={detail?.pop.customerName ?? "Contact"} onClose={close}>
      {detail && !error?.forbidden ? (
        <Detail detail={detail} board={board} topics={topics} />
      ) : detail === null ? (
        <Empty icon="history" title="This contact is not known">
          It may have been erased, or it is older than what is kept here.
        </Empty>
      ) : error ? (
        <Failed error={error} />
      ) : (
        <Loading label="Opening the contact" lines={6} />
      )}
    </Dialog>
  );
}

function Detail({ detail, board, topics }: { detail: ContactDetail; board: BoardState | undefined; topics: Props["topics"] }) {
  const [tab, setTab] = useState<Tab>("timeline");
  const { row, pop } = detail;
  return (
    <div class="detail">
      <div class="detail-head">
        <WordChip of={contactState[row.state]} />
        <Chip word={channel[row.channel].word} tone="idle" icon={channel[row.channel].icon} />
        {row.exit != null && <Chip word={humanise(row.exit)} tone="idle" icon="exit" />}
        {row.disposition != null && <Chip word={humanise(row.disposition)} tone="good" icon="check" />}
        <span class="detail-age">
          <Age since={row.since} />
        </span>
        {has("SUPERVISOR") && <ContactDisplay detail={detail} />}
        {board && <ContactActs row={row} board={board} words />}
      </div>
      <dl class="detail-facts">
        <Fact name="Topic">{pop.topicTitle}</Fact>
        <Fact name="Queue">{board?.queues.get(row.queue)?.title ?? humanise(row.queue)}</Fact>
        <Fact name="Agent">{row.agentName ?? "Nobody yet"}</Fact>
        <Fact name="Queued">
          <At at={row.queuedAt} />
        </Fact>
        <Fact name="Priority">{row.priority}</Fact>
        <Fact name="Step">{row.step === 0 ? "–" : row.step}</Fact>
        <Fact name="Contract">{pop.entitlement ? `${pop.entitlement.contractTitle}, version ${pop.entitlement.contractVersion}` : "–"}</Fact>
        <Fact name="Network">{pop.network == null ? "Unknown" : humanise(pop.network)}</Fact>
      </dl>
      {detail.notes != null && (
        <p class="detail-notes">
          <Icon name="note" size={14} label="Notes" />
          {detail.notes}
        </p>
      )}
      <div class="detail-tabs" role="tablist" aria-label="Contact">
        {tabs.filter((one) => one.tab !== "said" || has("SUPERVISOR")).map((one) => (
          <button
            key={one.tab}
            type="button"
            role="tab"
            aria-selected={tab === one.tab}
            tabIndex={tab === one.tab ? 0 : -1}
            onClick={() => setTab(one.tab)}
            onKeyDown={(event) => {
              const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
              if (by === 0) return;
              const next = tabs[(tabs.indexOf(one) + by + tabs.length) % tabs.length];
              if (next) setTab(next.tab);
              const list = event.currentTarget.parentElement;
              requestAnimationFrame(() => list?.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
            }}
          >
            {one.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={tabs.find((one) => one.tab === tab)?.label}>
        {tab === "timeline" && <Timeline entries={detail.timeline} names={namesOf(detail, board)} />}
        {tab === "why" && <Why explain={detail.explain} />}
        {tab === "said" && <Said messages={detail.transcript} customer={pop.customerName ?? "Visitor"} agent={row.agentName ?? "Agent"} />}
      </div>
      <p class="detail-id">
        {topics.get(row.topic) ?? row.topic} · {row.id}
      </p>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function namesOf(detail: ContactDetail, board: BoardState | undefined): ReadonlyMap<string, string | null> {
  const names = new Map([...(board?.agents.values() ?? [])].map((agent) => [agent.id, agent.name]));
  for (const one of detail.explain) names.set(one.agent, one.agentName);
  if (detail.row.agent != null) names.set(detail.row.agent, detail.row.agentName);
  return names;
}

function Timeline({ entries, names }: { entries: ContactDetail["timeline"]; names: ReadonlyMap<string, string | null> }) {
  if (entries.length === 0) return <Empty icon="history" title="Nothing yet" />;
  return (
    <ol class="timeline">
      {entries.map((entry) => (
        <li key={`${entry.seq}${entry.kind}`}>
          <span class="timeline-at tabular" title={`record ${entry.seq}`}>
            <At at={entry.at} />
          </span>
          <span class="timeline-words">
            {sentence(entry.text)}
            <span>
              {actorWords(entry.actor, names)} · {entry.kind}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Said({ messages, customer, agent }: { messages: ContactDetail["transcript"]; customer: string; agent: string }) {
  if (messages.length === 0) return <Empty icon="chat" title="Nothing was written" />;
  return (
    <ol class="timeline">
      {messages.map((message) => (
        <li key={message.id}>
          <span class="timeline-at tabular">
            <At at={message.at} />
          </span>
          <span class="timeline-words">
            <strong>{message.from === "AGENT" ? agent : customer}</strong>
            {message.text ?? <em>Erased</em>}
          </span>
        </li>
      ))}
    </ol>
  );
}
