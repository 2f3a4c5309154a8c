// Every open contact in one table, who waits longest first; narrowed by queue, state, agent and text.
import { useRef } from "preact/hooks";
import { nameIn } from "../../shared/lib/name";
import { useShortcut } from "../../shared/lib/shortcuts";
import type { Titles } from "../../shared/live/policy";
import { timeWords } from "../../shared/lib/time";
import { now } from "../../shared/live/clock";
import { Button } from "../../shared/ui/Button";
import { Card } from "../../shared/ui/Card";
import { Chip, WordChip } from "../../shared/ui/Chip";
import { Icon } from "../../shared/ui/Icon";
import { Marked } from "../../shared/ui/Live";
import { Name } from "../../shared/ui/Name";
import { Empty } from "../../shared/ui/States";
import { Age, Until } from "../../shared/ui/Time";
import { VirtualList } from "../../shared/ui/VirtualList";
import { customerWords } from "../../shared/words/customer";
import { say } from "../../shared/words/say";
import { channel, contactState } from "../../shared/words/state";
import type { ContactRow } from "../documents";
import { useSteadyRows } from "../live/steady";
import type { BoardState } from "../live/state";
import { ContactActs } from "./ContactActs";
import "./contact.css";
import { isFiltering, matching, noFilter, type Filter } from "./filter";

const ROW_PX = 36;
const heads = ["state", "customer", "topic", "agent", "place", "priority", "since", "acts"] as const;

interface Props {
  board: BoardState;
  titles: Titles;
  filter: Filter;
  setFilter: (filter: Filter) => void;
  open: (contact: string) => void;
}

export function Contacts({ board, titles, filter, setFilter, open }: Props) {
  const search = useRef<HTMLInputElement>(null);
  useShortcut({ keys: "/", does: say("board.contacts.keys.search"), group: "contacts" }, () => search.current?.focus());
  useShortcut({ keys: "Escape", does: say("board.contacts.keys.all"), group: "contacts", when: isFiltering(filter) }, () => setFilter(noFilter));
  const found = matching(board.contacts.values(), filter, (row) => [
    customerWords(row.customerName, { visitor: row.visitor, contact: row.id, callback: row.callback }),
    row.agentName,
    row.id,
    titles.topic(row.topic),
    board.queues.get(row.queue)?.title,
  ]);
  const { rows, hold } = useSteadyRows(found, (row) => row.id);
  const set = (more: Partial<Filter>) => setFilter({ ...filter, ...more });
  return (
    <Card
      title={say("board.contacts.title")}
      note={isFiltering(filter) ? say("board.contacts.count", { found: found.length, all: board.contacts.size }) : board.contacts.size}
      class="area-contacts"
      acts={
        <div class="filters">
          <label class="filter-search">
            <Icon name="search" size={14} label={say("board.contacts.keys.search")} />
            <input
              ref={search}
              type="search"
              placeholder={say("board.contacts.search")}
              value={filter.text}
              onInput={(event) => set({ text: event.currentTarget.value })}
              onKeyDown={(event) => {
                if (event.key !== "Escape") return;
                set({ text: "" });
                event.currentTarget.blur();
              }}
            />
          </label>
          <Choice label={say("board.contacts.queue")} value={filter.queue} set={(queue) => set({ queue })} options={[...board.queues.values()].map((one) => [one.queue, one.title])} />
          <Choice label={say("board.contacts.state")} value={filter.state} set={(state) => set({ state })} options={Object.entries(contactState).slice(0, 6).map(([state, { word }]) => [state, word])} />
          <Choice label={say("board.contacts.agent")} value={filter.agent} set={(agent) => set({ agent })} options={[...board.agents.values()].map((one) => [one.id, nameIn(one.name, say("board.agent.one"))])} />
          {isFiltering(filter) && (
            <Button kind="quiet" small icon="x" onClick={() => setFilter(noFilter)}>
              {say("board.contacts.clear")}
            </Button>
          )}
        </div>
      }
    >
      {rows.length === 0 ? (
        isFiltering(filter) ? (
          <Empty icon="search" title={say("board.contacts.noMatch")}>
            <Button onClick={() => setFilter(noFilter)}>{say("board.contacts.showAll")}</Button>
          </Empty>
        ) : (
          <Empty icon="check" title={say("board.contacts.none.title")}>
            {say("board.contacts.none.what")}
          </Empty>
        )
      ) : (
        <div class="contacts-table" {...hold} onKeyDown={arrows}>
          <VirtualList
            items={rows}
            rowHeight={ROW_PX}
            keyOf={(item) => item.key}
            label={say("board.contacts.title")}
            head={
              <div class="grid-row grid-head" role="row">
                {heads.map((head) => (
                  <span key={head} role="columnheader">
                    <span class={head === "acts" ? "visually-hidden" : undefined}>{say(`board.contacts.head.${head}`)}</span>
                  </span>
                ))}
              </div>
            }
            row={({ row, gone }) => <Row row={row} gone={gone} board={board} titles={titles} open={open} />}
          />
        </div>
      )}
    </Card>
  );
}

/** Up and down between the rows' names. */
function arrows(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const names = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(".grid-name")];
  const at = names.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  names[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
}

interface RowProps {
  row: ContactRow;
  gone: boolean;
  board: BoardState;
  titles: Titles;
  open: (contact: string) => void;
}

function Row({ row, gone, board, titles, open }: RowProps) {
  const waiting = row.state === "WAITING" || row.state === "OFFERED";
  const target = board.queues.get(row.queue)?.targetSeconds ?? 0;
  return (
    <div class={gone ? "grid-row row-gone" : "grid-row"} role="row" onClick={() => open(row.id)}>
      <span role="cell">
        <Marked of={`${row.state}${row.customerAwaySince ?? ""}`}>
          {row.customerAwaySince == null ? <WordChip of={contactState[row.state]} /> : <Chip word={say("board.contacts.away")} tone="warn" icon="unlink" title={contactState[row.state].word} />}
        </Marked>
      </span>
      <span role="cell" class="truncate">
        <button
          type="button"
          class="grid-name truncate"
          onClick={(event) => {
            event.stopPropagation();
            open(row.id);
          }}
        >
          <Icon name={row.callback != null ? "phone" : channel[row.channel].icon} size={14} label={channel[row.channel].word} />
          <span class="truncate">
            <Name of={customerWords(row.customerName, { visitor: row.visitor, contact: row.id, callback: row.callback })} />
          </span>
        </button>
      </span>
      <span role="cell" class="truncate">
        <bdi title={titles.topic(row.topic)}>{titles.topic(row.topic)}</bdi>
      </span>
      <span role="cell" class="truncate">
        <Marked of={row.agent}>{row.agent != null ? <Name of={row.agentName} or={say("board.agent.one")} /> : row.assignedTo != null ? <Assigned row={row} /> : "–"}</Marked>
      </span>
      <span role="cell" class="tabular grid-number">
        <Marked of={row.position}>{row.position ?? "–"}</Marked>
      </span>
      <span role="cell" class="tabular grid-number">
        <Marked of={row.priority}>{row.priority}</Marked>
      </span>
      <span role="cell" class="tabular grid-number">
        {waiting ? <Waiting since={row.queuedAt} target={target} /> : row.state === "WRAPPING" && row.until != null ? <Until until={row.until} /> : <Age since={row.since} exact />}
      </span>
      <span role="cell" class="grid-acts">
        {!gone && <ContactActs row={row} board={board} />}
      </span>
    </div>
  );
}

function Assigned({ row }: { row: ContactRow }) {
  const agent = nameIn(row.assignedToName, say("board.agent.one"));
  const title = row.assignedUntil == null ? undefined : say("board.contacts.forUntil", { agent, time: timeWords(row.assignedUntil, new Date(now.value)) });
  return <span title={title}>{say("board.contacts.for", { agent })}</span>;
}

function Waiting({ since, target }: { since: string; target: number }) {
  return (
    <span class={isLate(since, target) ? "level-bad" : undefined}>
      <Age since={since} exact />
    </span>
  );
}

function isLate(since: string, target: number): boolean {
  return target > 0 && now.value - Date.parse(since) > target * 1000;
}

interface ChoiceProps {
  label: string;
  value: string;
  set: (value: string) => void;
  options: (readonly [string, string])[];
}

function Choice({ label, value, set, options }: ChoiceProps) {
  return (
    <select class={value === "" ? "filter" : "filter filter-on"} aria-label={label} value={value} onChange={(event) => set(event.currentTarget.value)}>
      <option value="">{say("board.contacts.all", { label })}</option>
      {options.map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  );
}
