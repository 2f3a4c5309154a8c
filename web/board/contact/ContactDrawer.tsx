// One contact in depth: what happened when, why this agent and who else was weighed, what was said.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { nameIn } from "../../shared/lib/name";
import type { Titles } from "../../shared/live/policy";
import { useSubscription, type Live } from "../../shared/live/subscription";
import { has } from "../../shared/session/session";
import { Button } from "../../shared/ui/Button";
import { Chip, WordChip } from "../../shared/ui/Chip";
import { Dialog } from "../../shared/ui/Dialog";
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { Said } from "../../shared/ui/Said";
import { Empty, Failed, Loading } from "../../shared/ui/States";
import { Age, At } from "../../shared/ui/Time";
import { notify } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { channel, contactState, exitWord, humanise } from "../../shared/words/state";
import type { Joined } from "../display/Beside";
import { ContactDisplay } from "../display/ContactDisplay";
import { ContactLive, UnnamedContactLive, type ContactDetail } from "../documents";
import type { BoardState } from "../live/state";
import { ContactActs } from "./ContactActs";
import { chaptersOf } from "./happened";
import { namesOf, tellingOf, whoOf } from "./telling";
import { Timeline } from "./Timeline";
import "./drawer.css";
import { Why } from "./Why";

type Tab = "timeline" | "why" | "said";
const tabs: Tab[] = ["timeline", "why", "said"];

interface Props {
  id: string;
  board?: BoardState;
  titles: Titles;
  close: () => void;
  join: (page: Joined) => void;
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

function Drawer({ board, titles, close, join, live }: Props & { live: Live<Known> }) {
  const { value: detail, error } = live;
  return (
    <Dialog drawer title={detail ? <Name of={whoOf(detail)} /> : say("board.contact.title")} onClose={close}>
      {detail && !error?.forbidden ? (
        <Detail detail={detail} board={board} titles={titles} join={join} />
      ) : detail === null ? (
        <Empty icon="history" title={say("board.contact.unknown.title")}>
          {say("board.contact.unknown.what")}
        </Empty>
      ) : error ? (
        <Failed error={error} />
      ) : (
        <Loading label={say("board.contact.opening")} lines={6} />
      )}
    </Dialog>
  );
}

interface DetailProps extends Pick<Props, "titles" | "join"> {
  detail: ContactDetail;
  board: BoardState | undefined;
}

function Detail({ detail, board, titles, join }: DetailProps) {
  const [tab, setTab] = useState<Tab>("timeline");
  const { row, pop } = detail;
  const shown = tabs.filter((one) => one !== "said" || has("SUPERVISOR"));
  const agent = nameIn(row.agentName, say("board.contact.agent.one"));
  const copyId = () =>
    navigator.clipboard.writeText(row.id).then(
      () => notify("good", say("board.contact.copied")),
      () => undefined,
    );
  const title = board?.queues.get(row.queue)?.title;
  // Where it is called like its topic, once is enough.
  const queue = title === pop.topicTitle ? undefined : title;
  return (
    <div class="detail">
      <div class="detail-head">
        <WordChip of={contactState[row.state]} />
        <Chip word={channel[row.channel].word} tone="idle" icon={channel[row.channel].icon} />
        {row.exit != null && <Chip word={exitWord(row.exit)} tone="idle" icon="exit" />}
        {row.disposition != null && <Chip word={titles.disposition(row.disposition)} tone="good" icon="check" />}
        <span class="detail-age">
          <Age since={row.since} />
        </span>
        {has("SUPERVISOR") && <ContactDisplay detail={detail} titles={titles} join={join} />}
        {board && <ContactActs row={row} board={board} words />}
      </div>
      <dl class="detail-facts">
        <Fact name={say("board.contact.topic")}>
          <bdi>{pop.topicTitle}</bdi>
        </Fact>
        {queue !== undefined && <Fact name={say("board.contact.queue")}>{queue}</Fact>}
        <Fact name={say("board.contact.agent")}>
          <Name of={row.agentName} or={say("board.contact.nobody")} />
        </Fact>
        <Fact name={say("board.contact.asked")}>
          <At at={row.queuedAt} />
        </Fact>
        <Fact name={say("board.contact.priority")}>{row.priority}</Fact>
        <Fact name={say("board.contact.contract")}>{pop.entitlement ? say("board.contact.contract.version", { title: pop.entitlement.contractTitle, version: pop.entitlement.contractVersion }) : "–"}</Fact>
        <Fact name={say("board.contact.network")}>{pop.network == null ? say("board.contact.unknown") : humanise(pop.network)}</Fact>
      </dl>
      {detail.notes != null && (
        <p class="detail-notes">
          <Icon name="note" size={14} label={say("board.contact.notes")} />
          <span dir="auto">
            <Said text={detail.notes} />
          </span>
        </p>
      )}
      <div class="detail-tabs" role="tablist" aria-label={say("board.contact.title")}>
        {shown.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={tab === one}
            tabIndex={tab === one ? 0 : -1}
            onClick={() => setTab(one)}
            onKeyDown={(event) => {
              const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
              if (by === 0) return;
              const next = shown[(shown.indexOf(one) + by + shown.length) % shown.length];
              if (next) setTab(next);
              const list = event.currentTarget.parentElement;
              requestAnimationFrame(() => list?.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
            }}
          >
            {say(`board.contact.tab.${one}`)}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={say(`board.contact.tab.${tab}`)}>
        {tab === "timeline" && <Timeline chapters={chaptersOf(detail.timeline, tellingOf(detail, titles, namesOf(detail, board)))} />}
        {tab === "why" && <Why explain={detail.explain} />}
        {tab === "said" && <Transcript messages={detail.transcript} customer={whoOf(detail)} agent={agent} />}
      </div>
      <div class="detail-foot">
        <Button small kind="quiet" icon="copy" title={row.id} onClick={() => void copyId()}>
          {say("board.contact.copyId")}
        </Button>
      </div>
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

function Transcript({ messages, customer, agent }: { messages: ContactDetail["transcript"]; customer: string; agent: string }) {
  if (messages.length === 0) return <Empty icon="chat" title={say("board.contact.noMessages")} />;
  return (
    <ol class="timeline">
      {messages.map((message) => (
        <li key={message.id}>
          <span class="timeline-at tabular">
            <At at={message.at} />
          </span>
          <span class="timeline-words">
            <strong>
              <Name of={message.from === "AGENT" ? agent : customer} />
            </strong>
            <span dir="auto">{message.text == null ? <em>{say("staff.erased")}</em> : <Said text={message.text} />}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
