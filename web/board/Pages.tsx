// The board's three pages: live, history, health; each for whoever may see it.
import { useEffect, useState } from "preact/hooks";
import { useShortcut } from "../shared/lib/shortcuts";
import type { Role, Staff } from "../shared/session/session";
import { Bar } from "../shared/ui/Bar";
import { Dimmed } from "../shared/ui/Freshness";
import { say } from "../shared/words/say";
import { Board } from "./Board";
import { Health } from "./health/Health";
import { History } from "./history/History";
import "./pages.css";

type Page = "live" | "history" | "health";
const pages: { page: Page; shortcut: string; roles: Role[] }[] = [
  { page: "live", shortcut: "1", roles: ["SUPERVISOR"] },
  { page: "history", shortcut: "2", roles: ["SUPERVISOR", "ANALYST"] },
  { page: "health", shortcut: "3", roles: ["SUPERVISOR", "ADMINISTRATOR"] },
];

export function Pages({ me }: { me: Staff }) {
  const mine = pages.filter((one) => one.roles.some((role) => me.roles.includes(role)));
  const [asked, setAsked] = useState(location.hash.slice(1));
  const shown = mine.find((one) => one.page === asked) ?? mine[0];
  useEffect(() => {
    const read = () => setAsked(location.hash.slice(1));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  if (shown?.page === "live") return <Board tabs={<Tabs pages={mine} shown="live" />} />;
  return (
    <div class="frame">
      <Bar page="board">
        <Tabs pages={mine} shown={shown?.page} />
      </Bar>
      <Dimmed>{shown?.page === "history" ? <History /> : <Health />}</Dimmed>
    </div>
  );
}

function Tabs({ pages: list, shown }: { pages: typeof pages; shown: Page | undefined }) {
  return (
    <nav class="tabs" aria-label={say("board.pages")}>
      {list.map((one) => (
        <Tab key={one.page} {...one} current={one.page === shown} />
      ))}
    </nav>
  );
}

function Tab({ page, shortcut, current }: (typeof pages)[number] & { current: boolean }) {
  useShortcut({ keys: shortcut, does: say(`board.page.${page}`), group: "pages" }, () => {
    location.hash = page;
  });
  return (
    <a href={`#${page}`} aria-current={current ? "page" : undefined}>
      {say(`board.page.${page}`)}
    </a>
  );
}
