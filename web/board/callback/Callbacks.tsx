// Callbacks by when they are due: age, next try, attempts; cancelled behind each.
import { compare } from "../../shared/lib/compare";
import { useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { nameIn } from "../../shared/lib/name";
import { ageWords, exactWords, leftWords, timeWords } from "../../shared/lib/time";
import { now } from "../../shared/live/clock";
import type { Titles } from "../../shared/live/policy";
import { Button } from "../../shared/ui/Button";
import { Chip, WordChip } from "../../shared/ui/Chip";
import { Dialog } from "../../shared/ui/Dialog";
import { Marked } from "../../shared/ui/Live";
import { Menu, type MenuItem } from "../../shared/ui/Menu";
import { Name } from "../../shared/ui/Name";
import { Empty } from "../../shared/ui/States";
import { notify, tell } from "../../shared/ui/Toast";
import { customerWords } from "../../shared/words/customer";
import { say } from "../../shared/words/say";
import { callbackState } from "../../shared/words/state";
import { CancelCallback, type CallbackRow } from "../documents";
import { useSteadyRows } from "../live/steady";
import type { BoardState } from "../live/state";

const SOON_MS = 10 * 60_000;

interface Props {
  board: BoardState;
  titles: Titles;
  open: (contact: string) => void;
}

export function Callbacks({ board, titles, open }: Props) {
  const sorted = [...board.callbacks.values()].sort((a, b) => compare(dueOf(a), dueOf(b)) || compare(a.id, b.id));
  const { rows, hold } = useSteadyRows(sorted, (row) => row.id);
  if (rows.length === 0) {
    return (
      <Empty icon="phone" title={say("board.callbacks.none.title")}>
        {say("board.callbacks.none.what")}
      </Empty>
    );
  }
  return (
    <ul class="laters" {...hold}>
      {rows.map(({ row, key, gone }) => (
        <Row key={key} row={row} gone={gone} topic={titles.topic(row.topic)} open={open} />
      ))}
    </ul>
  );
}

function dueOf(row: CallbackRow): string {
  return row.nextTry ?? row.at ?? row.requestedAt;
}

function Row({ row, gone, topic, open }: { row: CallbackRow; gone: boolean; topic: string; open: Props["open"] }) {
  const [asking, setAsking] = useState(false);
  const who = customerWords(row.customerName, { visitor: row.visitor, callback: row.id });
  const name = nameIn(who);
  const next = row.nextTry ?? row.at;
  const age = ageWords(now.value - Date.parse(row.requestedAt));
  const { contact } = row;
  const items: MenuItem[] = [
    ...(contact == null ? [] : [{ label: say("board.callbacks.open"), icon: "history" as const, run: () => open(contact) }]),
    { label: say("board.callbacks.cancel"), icon: "x", danger: true, apart: contact != null, run: () => setAsking(true) },
  ];
  const cancel = async () => {
    if (tell(await act(CancelCallback, { callback: row.id }))) notify("good", say("board.callbacks.cancelled", { name }));
    setAsking(false);
  };
  return (
    <li class={gone ? "later row-gone" : "later"}>
      <span class="later-words">
        <strong class="truncate">
          <Name of={who} /> <span>{topic}</span>
        </strong>
        <span class="truncate tabular" title={exactWords(row.requestedAt)}>
          {row.attempts === 0 ? say("board.callbacks.asked", { age }) : say("board.callbacks.attempts", { age, count: row.attempts })}
        </span>
      </span>
      <Marked of={row.state}>
        <WordChip of={callbackState[row.state]} />
      </Marked>
      <span class="later-when tabular">
        {next == null ? say("board.callbacks.asap") : Date.parse(next) < now.value ? <Chip word={say("board.callbacks.overdue")} tone="bad" icon="alert" /> : <Next at={next} />}
      </span>
      {!gone && <Menu label={say("board.callbacks.menu", { name })} icon="more" small quiet items={items} />}
      {asking && (
        <Dialog title={say("board.callbacks.cancel.title", { name })} onClose={() => setAsking(false)}>
          <p>{say("board.callbacks.cancel.what")}</p>
          <div class="dialog-acts">
            <Button kind="danger" onClick={() => void cancel()}>
              {say("board.callbacks.cancel")}
            </Button>
            <Button onClick={() => setAsking(false)}>{say("board.acts.keep")}</Button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

/** Soon as a countdown, later as a time. */
function Next({ at }: { at: string }) {
  const left = Date.parse(at) - now.value;
  const words = left < SOON_MS ? say("board.callbacks.nextIn", { time: leftWords(left) }) : say("board.callbacks.nextAt", { time: timeWords(at, new Date(now.value)) });
  return <span title={exactWords(at)}>{words}</span>;
}
