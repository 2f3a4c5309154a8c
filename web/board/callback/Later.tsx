// What is promised for later: callbacks with age and next try, and bookings.
import { useState } from "preact/hooks";
import { Card } from "../../shared/ui/Card";
import type { BoardState } from "../live/state";
import { Bookings } from "../booking/Bookings";
import "./callback.css";
import { Callbacks } from "./Callbacks";

interface Props {
  board: BoardState;
  topics: ReadonlyMap<string, string>;
  open: (contact: string) => void;
}

type Tab = "callbacks" | "bookings";

export function Later({ board, topics, open }: Props) {
  const [tab, setTab] = useState<Tab>("callbacks");
  const tabs = [
    { tab: "callbacks", label: "Callbacks", count: board.callbacks.size },
    { tab: "bookings", label: "Bookings", count: board.bookings.size },
  ] as const;
  return (
    <Card
      title={
        <span class="later-tabs" role="tablist" aria-label="Promised for later">
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
              {one.label} <span class="card-note tabular">{one.count}</span>
            </button>
          ))}
        </span>
      }
      class="area-later"
    >
      <div class="scroll" role="tabpanel" aria-label={tab === "callbacks" ? "Callbacks" : "Bookings"} tabIndex={0}>
        {tab === "callbacks" ? <Callbacks board={board} topics={topics} open={open} /> : <Bookings board={board} open={open} />}
      </div>
    </Card>
  );
}
