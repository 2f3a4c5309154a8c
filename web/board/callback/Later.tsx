// What is promised for later: callbacks with age and next try, and bookings.
import { useState } from "preact/hooks";
import type { Titles } from "../../shared/live/policy";
import { Card } from "../../shared/ui/Card";
import { say } from "../../shared/words/say";
import type { BoardState } from "../live/state";
import { Bookings } from "../booking/Bookings";
import "./callback.css";
import { Callbacks } from "./Callbacks";

interface Props {
  board: BoardState;
  titles: Titles;
  open: (contact: string) => void;
}

type Tab = "callbacks" | "bookings";

export function Later({ board, titles, open }: Props) {
  const [tab, setTab] = useState<Tab>("callbacks");
  const tabs = [
    { tab: "callbacks", count: board.callbacks.size },
    { tab: "bookings", count: board.bookings.size },
  ] as const;
  return (
    <Card
      title={
        <span class="later-tabs" role="tablist" aria-label={say("board.later.title")}>
          {tabs.map((one) => (
            <button
              key={one.tab}
              type="button"
              role="tab"
              aria-selected={tab === one.tab}
              tabIndex={tab === one.tab ? 0 : -1}
              onClick={() => setTab(one.tab)}
              onKeyDown={(event) => {
                if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
                setTab(tab === "callbacks" ? "bookings" : "callbacks");
                const list = event.currentTarget.parentElement;
                requestAnimationFrame(() => list?.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
              }}
            >
              {say(`board.later.${one.tab}`)} <span class="card-note tabular">{one.count}</span>
            </button>
          ))}
        </span>
      }
      class="area-later"
    >
      <div class="scroll" role="tabpanel" aria-label={say(`board.later.${tab}`)} tabIndex={0}>
        {tab === "callbacks" ? <Callbacks board={board} titles={titles} open={open} /> : <Bookings board={board} open={open} />}
      </div>
    </Card>
  );
}
