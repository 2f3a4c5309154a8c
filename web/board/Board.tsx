// One glance: are we keeping our promise, who waits longest, who is free, what is about to break.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { request } from "../shared/graphql/request";
import { setServerAtLeast, setServerNow } from "../shared/live/clock";
import { useTitles } from "../shared/live/policy";
import { useSubscription } from "../shared/live/subscription";
import { Bar } from "../shared/ui/Bar";
import { Dimmed, Freshness } from "../shared/ui/Freshness";
import { Failed, Loading } from "../shared/ui/States";
import { say } from "../shared/words/say";
import { Agents } from "./agent/Agents";
import { Alerts } from "./alert/Alerts";
import "./board.css";
import { Later } from "./callback/Later";
import { ContactDrawer } from "./contact/ContactDrawer";
import { Contacts } from "./contact/Contacts";
import { noFilter, type Filter } from "./contact/filter";
import { BoardLive, ClockNow } from "./documents";
import { Beside, type Joined } from "./display/Beside";
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
            <Loading label={say("board.opening")} lines={8} />
          </main>
        )}
      </Dimmed>
    </div>
  );
}

function Floor({ board }: { board: BoardState }) {
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [open, setOpen] = useState<string>();
  const [joined, setJoined] = useState<Joined>();
  const titles = useTitles();
  const join = (page: Joined) => {
    setOpen(undefined);
    setJoined(page);
  };
  return (
    <Beside joined={joined} leave={() => setJoined(undefined)}>
      <main class="board">
        <h1 class="visually-hidden">{say("board.title")}</h1>
        <Alerts board={board} show={(more) => setFilter({ ...noFilter, ...more })} />
        <PromisePanel totals={board.totals} />
        <Queues board={board} filter={filter} setFilter={setFilter} />
        <Agents board={board} reasons={titles.reasons} filter={filter} setFilter={setFilter} />
        <Contacts board={board} titles={titles} filter={filter} setFilter={setFilter} open={setOpen} />
        <Later board={board} titles={titles} open={setOpen} />
        {open !== undefined && <ContactDrawer key={open} id={open} board={board} titles={titles} close={() => setOpen(undefined)} join={join} />}
      </main>
    </Beside>
  );
}
