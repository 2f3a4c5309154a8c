// Agents by state as a compact grid: who is free, who is on what for how long; acts behind each.
import { compare } from "../../shared/lib/compare";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { nameIn } from "../../shared/lib/name";
import { useView } from "../../shared/lib/view";
import { inSight } from "../../shared/lib/window";
import { Card } from "../../shared/ui/Card";
import { Icon } from "../../shared/ui/Icon";
import { Menu, type MenuItem } from "../../shared/ui/Menu";
import { Name } from "../../shared/ui/Name";
import { Empty } from "../../shared/ui/States";
import { Age } from "../../shared/ui/Time";
import { notify, tell } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { humanise, presence, routingStatus, type Word } from "../../shared/words/state";
import { noFilter, type Filter } from "../contact/filter";
import { ForcePresence, type AgentRow, type Presence } from "../documents";
import { useSteadyRows } from "../live/steady";
import type { BoardState } from "../live/state";
import "./agent.css";

const order: AgentRow["status"][] = ["NOT_RESPONDING", "IDLE", "RESERVED", "INTERACTING", "AFTER_CONTACT_WORK", "OFF_QUEUE"];
const forced: Presence[] = ["AVAILABLE", "AWAY", "BREAK", "MEAL", "MEETING", "TRAINING", "BUSY", "OFFLINE"];

interface Props {
  board: BoardState;
  reasons: readonly { code: string; title: string }[];
  filter: Filter;
  setFilter: (filter: Filter) => void;
}

export function Agents({ board, reasons, filter, setFilter }: Props) {
  const sorted = [...board.agents.values()].sort(
    (a, b) => order.indexOf(a.status) - order.indexOf(b.status) || compare(a.since, b.since) || compare(a.id, b.id),
  );
  const { rows, hold } = useSteadyRows(sorted, (row) => row.id);
  const counts = order.map((status) => ({ status, count: sorted.filter((row) => row.status === status).length }));
  return (
    <Card
      title={say("board.agents.title")}
      note={sorted.length}
      class="area-agents"
      acts={
        <ul class="agent-counts">
          {counts
            .filter((one) => one.count > 0)
            .map(({ status, count }) => (
              <li key={status} class={`agent-count tone-${routingStatus[status].tone} tabular`} title={routingStatus[status].word}>
                <Icon name={routingStatus[status].icon} size={12} label={routingStatus[status].word} />
                {count}
              </li>
            ))}
        </ul>
      }
    >
      {rows.length === 0 ? (
        <Empty icon="users" title={say("board.agents.none.title")}>
          {say("board.agents.none.what")}
        </Empty>
      ) : (
        <Grid
          count={rows.length}
          hold={hold}
          tile={(at) => {
            const { row, key, gone } = rows[at] ?? {};
            return row === undefined ? null : (
              <Tile
                key={key}
                row={row}
                gone={gone === true}
                reasons={reasons}
                chosen={filter.agent === row.id}
                choose={() => setFilter({ ...noFilter, agent: filter.agent === row.id ? "" : row.id })}
              />
            );
          }}
        />
      )}
    </Card>
  );
}

const TILE_WIDTH_PX = 190;
const TILE_HEIGHT_PX = 50;
const PADDING_PX = 24;

interface GridProps {
  count: number;
  hold: { onPointerEnter: () => void; onPointerLeave: () => void };
  tile: (at: number) => ComponentChildren;
}

/** Only the tiles in sight exist: a site may have thousands of agents. */
function Grid({ count, hold, tile }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useView(box);
  const columns = Math.max(1, Math.floor((view.width - PADDING_PX + 6) / TILE_WIDTH_PX));
  const lines = Math.ceil(count / columns);
  const { first, last } = inSight(lines, TILE_HEIGHT_PX, view.top, view.height);
  const shown = Array.from({ length: Math.max(0, Math.min(count, last * columns) - first * columns) }, (_, at) => first * columns + at);
  return (
    <div class="scroll" {...hold} ref={box} tabIndex={0} role="region" aria-label={say("board.agents.title")}>
      <ul
        class="agents"
        style={{
          gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          marginTop: `${first * TILE_HEIGHT_PX}px`,
          marginBottom: `${(lines - last) * TILE_HEIGHT_PX}px`,
        }}
      >
        {shown.map(tile)}
      </ul>
    </div>
  );
}

interface TileProps {
  row: AgentRow;
  gone: boolean;
  reasons: Props["reasons"];
  chosen: boolean;
  choose: () => void;
}

function Tile({ row, gone, reasons, chosen, choose }: TileProps) {
  const name = nameIn(row.name, say("board.agent.one"));
  const word = stateOf(row);
  const force = async (to: Presence) => {
    if (tell(await act(ForcePresence, { agent: row.id, presence: to, reason: null }))) {
      notify("good", say("board.agents.forced", { name, presence: presence[to].word.toLowerCase() }));
    }
  };
  const items: MenuItem[] = forced.map((one) => ({
    label: presence[one].word,
    icon: presence[one].icon,
    checked: row.presence === one,
    run: () => void force(one),
  }));
  const skills = row.skills.map((skill) => `${humanise(skill.name)} ${skill.level}`).join(", ");
  const reason = reasons.find((one) => one.code === row.reason)?.title ?? (row.reason != null ? humanise(row.reason) : undefined);
  return (
    <li class={`agent tone-${word.tone}${chosen ? " agent-chosen" : ""}${gone ? " row-gone" : ""}`}>
      <button
        type="button"
        class="agent-face"
        aria-pressed={chosen}
        title={reason === undefined ? skills : say("board.agents.skill", { skills, reason })}
        onClick={choose}
      >
        <span class="agent-mark">
          <Icon name={word.icon} size={12} />
        </span>
        <span class="agent-words">
          <strong class="truncate">
            <Name of={row.name} or={say("board.agent.one")} />
          </strong>
          <span class="truncate">
            {row.deferred == null ? word.word : say("board.agents.then", { state: word.word, presence: presence[row.deferred].word.toLowerCase() })}
          </span>
        </span>
        <span class="agent-age tabular">
          <Age since={row.since} exact />
        </span>
      </button>
      <Menu label={say("board.agents.force", { name })} icon="more" small quiet items={items} />
    </li>
  );
}

/** What counts first: lost, then what routing says, then why not. */
function stateOf(row: AgentRow): Word {
  if (row.deviceLost) return { word: say("board.agents.lost"), tone: "bad", icon: "unlink" };
  if (row.advises.length > 0 && row.contacts.length === 0) return { word: say("board.agents.advising"), tone: "accent", icon: "eye" };
  if (row.status === "OFF_QUEUE") return presence[row.presence === "AVAILABLE" ? "BUSY" : row.presence];
  return routingStatus[row.status];
}
