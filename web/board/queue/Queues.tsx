// Queues as rows: who waits, how the longest wait stands against the target, who is free, how the day went.
import { clockWords, exactWords, waitWords } from "../../shared/lib/time";
import { now } from "../../shared/live/clock";
import { Card } from "../../shared/ui/Card";
import { Counter, Marked } from "../../shared/ui/Live";
import { Empty } from "../../shared/ui/States";
import { say } from "../../shared/words/say";
import { noFilter, type Filter } from "../contact/filter";
import type { QueueRow } from "../documents";
import { useSteadyRows } from "../live/steady";
import type { BoardState } from "../live/state";
import { formula, judge, levelOf, percentWords } from "../promise/formula";
import "./queue.css";

interface Props {
  board: BoardState;
  filter: Filter;
  setFilter: (filter: Filter) => void;
}

export function Queues({ board, filter, setFilter }: Props) {
  const sorted = [...board.queues.values()].sort(
    (a, b) => since(a) - since(b) || b.waiting - a.waiting || a.title.localeCompare(b.title),
  );
  const { rows, hold } = useSteadyRows(sorted, (row) => row.queue);
  return (
    <Card title={say("board.queues.title")} note={rows.length} class="area-queues">
      {rows.length === 0 ? (
        <Empty icon="filter" title={say("board.queues.none.title")}>
          {say("board.queues.none.what")}
        </Empty>
      ) : (
        <div class="scroll" {...hold} tabIndex={0} role="region" aria-label={say("board.queues.title")}>
          <table class="queues">
            <thead>
              <tr>
                <th>{say("board.queues.queue")}</th>
                <th class="number">{say("board.queues.waiting")}</th>
                <th class="queues-bar-head">{say("board.queues.longest")}</th>
                <th class="number" title={say("board.queues.expected.what")}>
                  {say("board.queues.expected")}
                </th>
                <th class="number">{say("board.queues.free")}</th>
                <th class="number">{say("board.queues.talking")}</th>
                <th class="number">{say("board.queues.level")}</th>
                <th class="number" title={say("board.queues.today.what")}>
                  {say("board.queues.today")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ row, key }) => (
                <Row
                  key={key}
                  row={row}
                  chosen={filter.queue === row.queue}
                  choose={() => setFilter({ ...noFilter, queue: filter.queue === row.queue ? "" : row.queue })}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function since(row: QueueRow): number {
  return row.longestWaitSince == null ? Number.POSITIVE_INFINITY : Date.parse(row.longestWaitSince) + row.targetSeconds * 1000;
}

function Row({ row, chosen, choose }: { row: QueueRow; chosen: boolean; choose: () => void }) {
  const level = levelOf(row.serviceLevel, formula.value);
  return (
    <tr aria-selected={chosen} class="queue-row" onClick={choose}>
      <th scope="row">
        <button type="button" aria-pressed={chosen} onClick={(event) => { event.stopPropagation(); choose(); }}>
          <bdi title={row.title}>{row.title}</bdi>
        </button>
      </th>
      <td class="number">
        <Marked of={row.waiting}>
          <Counter value={row.waiting} />
        </Marked>
      </td>
      <td>
        <WaitBar row={row} />
      </td>
      <td class="number tabular" title={say("board.queues.expected.what")}>
        {row.expectedWait ? waitWords(row.expectedWait.seconds) : "–"}
      </td>
      <td class="number">
        <Marked of={row.freeAgents}>
          <span class={row.freeAgents === 0 && row.waiting > 0 ? "queue-none" : undefined}>
            <Counter value={row.freeAgents} />
          </span>
        </Marked>
      </td>
      <td class="number">
        <Marked of={row.talking}>
          <Counter value={row.talking} />
        </Marked>
      </td>
      <td class={`number tabular level-${judge(level?.value, row.offered)}`} title={say("board.queues.level.what", { seconds: level?.targetSeconds ?? row.targetSeconds })}>
        {percentWords(level?.value)}
      </td>
      <td class="number tabular queue-day">
        {row.answered}/{row.offered}
        {row.abandoned > 0 && <span> −{row.abandoned}</span>}
      </td>
    </tr>
  );
}

/** The target stands at half the bar; the bar is full at twice the target. */
function WaitBar({ row }: { row: QueueRow }) {
  if (row.longestWaitSince == null) {
    return (
      <div class="wait-bar" title={say("board.queues.target", { time: clockWords(row.targetSeconds * 1000) })}>
        <span class="wait-track" />
        <span class="wait-words">–</span>
      </div>
    );
  }
  const wait = Math.max(0, now.value - Date.parse(row.longestWaitSince));
  const share = wait / (row.targetSeconds * 1000);
  const tone = share > 1 ? "bad" : share > 0.6 ? "warn" : "good";
  return (
    <div class="wait-bar" title={say("board.queues.since", { since: exactWords(row.longestWaitSince), target: clockWords(row.targetSeconds * 1000) })}>
      <span class="wait-track">
        <span class={`wait-fill wait-${tone}`} style={{ width: `${Math.min(100, share * 50)}%` }} />
      </span>
      <span class={`wait-words tabular level-${tone}`}>{clockWords(wait)}</span>
    </div>
  );
}
