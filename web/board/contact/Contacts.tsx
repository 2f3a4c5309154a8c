// Every open contact in one table, who waits longest first; narrowed by queue, state, agent and text.
import { useRef } from "preact/hooks";
import { useShortcut } from "../../shared/lib/shortcuts";
import { now } from "../../shared/live/clock";
import { Button } from "../../shared/ui/Button";
import { Card } from "../../shared/ui/Card";
import { WordChip } from "../../shared/ui/Chip";
import { Icon } from "../../shared/ui/Icon";
import { Marked } from "../../shared/ui/Live";
import { Empty } from "../../shared/ui/States";
import { Age, Until } from "../../shared/ui/Time";
import { VirtualList } from "../../shared/ui/VirtualList";
import { channel, contactState, humanise } from "../../shared/words/state";
import type { ContactRow } from "../documents";
import { useSteadyRows } from "../live/steady";
import type { BoardState } from "../live/state";
import { ContactActs } from "./ContactActs";
import "./contact.css";
import { isFiltering, matching, noFilter, type Filter } from "./filter";

const ROW_PX = 36;

interface Props {
  board: BoardState;
  topics: ReadonlyMap<string, string>;
  filter: Filter;
  setFilter: (filter: Filter) => void;
  open: (contact: string) => void;
}

export function Contacts({ board, topics, filter, setFilter, open }: Props) {
  const search = useRef<HTMLInputElement>(null);
  useShortcut({ keys: "/", does: "Search contacts", group: "Contacts" }, () => search.current?.focus());
  useShortcut({ keys: "Escape", does: "Show all contacts", group: "Contacts", when: isFiltering(filter) }, () => setFilter(noFilter));
  const found = matching(board.contacts.values(), filter, (row) => [
    row.customerName,
    row.agentName,
    row.id,
    topics.get(row.topic) ?? row.topic,
    row.queue,
  ]);
  const { rows, hold } = useSteadyRows(found, (row) => row.id);
  const set = (more: Partial<Filter>) => setFilter({ ...filter, ...more });
  return (
    <Card
      title="Contacts"
      note={isFiltering(filter) ? `${found.length} of ${board.contacts.size}` : board.contacts.size}
      class="area-contacts"
      acts={
        <div class="filters">
          <label class="filter-search">
            <Icon name="search" size={14} label="Search contacts" />
            <input
              ref={search}
              type="search"
              placeholder="Search  /"
              value={filter.text}
              onInput={(event) => set({ text: event.currentTarget.value })}
              onKeyDown={(event) => {
                if (event.key !== "Escape") return;
                set({ text: "" });
                event.currentTarget.blur();
              }}
            />
          </label>
          <Choice label="Queue" value={filter.queue} set={(queue) => set({ queue })} options={[...board.queues.values()].map((one) => [one.queue, one.title])} />
          <Choice label="State" value={filter.state} set={(state) => set({ state })} options={Object.entries(contactState).slice(0, 6).map(([state, { word }]) => [state, word])} />
          <Choice label="Agent" value={filter.agent} set={(agent) => set({ agent })} options={[...board.agents.values()].map((one) => [one.id, one.name ?? "Agent"])} />
          {isFiltering(filter) && (
            <Button kind="quiet" small icon="x" onClick={() => setFilter(noFilter)}>
              All
            </Button>
          )}
        </div>
      }
    >
      {rows.length === 0 ? (
        isFiltering(filter) ? (
          <Empty icon="search" title="No contact matches">
            <Button onClick={() => setFilter(noFilter)}>Show all contacts</Button>
          </Empty>
        ) : (
          <Empty icon="check" title="No open contacts">
            Whoever asks appears here at once.
          </Empty>
        )
      ) : (
        <div class="contacts-table" {...hold} onKeyDown={arrows}>
          <VirtualList
            items={rows}
            rowHeight={ROW_PX}
            keyOf={(item) => item.key}
            label="Contacts"
            head={
              <div class="grid-row grid-head" role="row">
                {["State", "Customer", "Topic", "Queue", "Agent", "Place", "Priority", "Since", ""].map((head) => (
                  <span key={head} role="columnheader">
                    {head === "" ? <span class="visually-hidden">Acts</span> : head}
                  </span>
                ))}
              </div>
            }
            row={({ row, gone }) => <Row row={row} gone={gone} board={board} topics={topics} open={open} />}
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
  topics: ReadonlyMap<string, string>;
  open: (contact: string) => void;
}

function Row({ row, gone, board, topics, open }: RowProps) {
  const waiting = row.state === "WAITING" || row.state === "OFFERED";
  const target = board.queues.get(row.queue)?.targetSeconds ?? 0;
  return (
    <div class={gone ? "grid-row row-gone" : "grid-row"} role="row" onClick={() => open(row.id)}>
      <span role="cell">
        <Marked of={row.state}>
          <WordChip of={contactState[row.state]} />
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
          {row.customerName ?? "Visitor"}
        </button>
      </span>
      <span role="cell" class="truncate">
        {topics.get(row.topic) ?? humanise(row.topic)}
      </span>
      <span role="cell" class="truncate">
        {board.queues.get(row.queue)?.title ?? humanise(row.queue)}
      </span>
      <span role="cell" class="truncate">
        <Marked of={row.agent}>{row.agentName ?? (row.agent == null ? "–" : "Agent")}</Marked>
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
      <option value="">{label}: all</option>
      {options.map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  );
}
