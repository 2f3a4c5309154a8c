// One glance: are we keeping our promise, who waits longest, who is free, what is about to break.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { request } from "../shared/graphql/request";
import { setServerAtLeast, setServerNow } from "../shared/live/clock";
import { useQuery } from "../shared/live/query";
import { useSubscription } from "../shared/live/subscription";
import { Bar } from "../shared/ui/Bar";
import { Dimmed, Freshness } from "../shared/ui/Freshness";
import { Failed, Loading } from "../shared/ui/States";
import { Agents } from "./agent/Agents";
import { Alerts } from "./alert/Alerts";
import "./board.css";
import { Later } from "./callback/Later";
import { ContactDrawer } from "./contact/ContactDrawer";
import { Contacts } from "./contact/Contacts";
import { noFilter, type Filter } from "./contact/filter";
import { BoardLive, ClockNow, PolicyWords } from "./documents";
import { usePaced } from "./live/paced";
import { applyChange, type BoardState } from "./live/state";
import { PromisePanel } from "./promise/PromisePanel";
import { Queues } from "./queue/Queues";

const ASK_THE_CLOCK_EVERY_MS = 30_000;

export function Board({ tabs }: { tabs: ComponentChildren }) {
  const source = useSubscription(BoardLive, {}, (before: BoardState | undefined, { board }) => {
    setServerAtLeast(board.now);
    return applyChange(before, board);
  });
  const { value: board, error, at } = usePaced(source);
  useEffect(() => {
    const asking = setInterval(() => {
      request(ClockNow, {}).then(
        ({ clock }) => setServerNow(clock.now),
        () => undefined,
      );
    }, ASK_THE_CLOCK_EVERY_MS);
    return () => clearInterval(asking);
  }, []);
  return (
    <div class="frame">
      <Bar page="board">
        {tabs}
        <Freshness at={at} />
      </Bar>
      <Dimmed>
        {board && !error?.forbidden ? (
          <Floor board={board} />
        ) : error ? (
          <main>
            <Failed error={error} again={() => location.reload()} />
          </main>
        ) : (
          <main class="board">
            <Loading label="Opening the board" lines={8} />
          </main>
        )}
      </Dimmed>
    </div>
  );
}

function Floor({ board }: { board: BoardState }) {
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [open, setOpen] = useState<string>();
  const { data: policy } = useQuery(PolicyWords, {});
  const topics = new Map(policy?.policy.topics.map((one) => [one.topic, one.title]));
  return (
    <main class="board">
      <h1 class="visually-hidden">Board</h1>
      <Alerts board={board} show={(more) => setFilter({ ...noFilter, ...more })} />
      <PromisePanel totals={board.totals} />
      <Queues board={board} filter={filter} setFilter={setFilter} />
      <Agents board={board} reasons={policy?.policy.reasons ?? []} filter={filter} setFilter={setFilter} />
      <Contacts board={board} topics={topics} filter={filter} setFilter={setFilter} open={setOpen} />
      <Later board={board} topics={topics} open={setOpen} />
      {open !== undefined && <ContactDrawer key={open} id={open} board={board} topics={topics} close={() => setOpen(undefined)} />}
    </main>
  );
}
