// Callbacks by when they are due: age, next try, attempts; cancelled behind each.
import { compare } from "../../shared/lib/compare";
import { useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { now } from "../../shared/live/clock";
import { Button } from "../../shared/ui/Button";
import { Chip, WordChip } from "../../shared/ui/Chip";
import { Dialog } from "../../shared/ui/Dialog";
import { Marked } from "../../shared/ui/Live";
import { Menu, type MenuItem } from "../../shared/ui/Menu";
import { Empty } from "../../shared/ui/States";
import { Age, At, Until } from "../../shared/ui/Time";
import { say, tell } from "../../shared/ui/Toast";
import { callbackState, humanise, plural } from "../../shared/words/state";
import { CancelCallback, type CallbackRow } from "../documents";
import { useSteadyRows } from "../live/steady";
import type { BoardState } from "../live/state";

interface Props {
  board: BoardState;
  topics: ReadonlyMap<string, string>;
  open: (contact: string) => void;
}

export function Callbacks({ board, topics, open }: Props) {
  const sorted = [...board.callbacks.values()].sort((a, b) => compare(dueOf(a), dueOf(b)) || compare(a.id, b.id));
  const { rows, hold } = useSteadyRows(sorted, (row) => row.id);
  if (rows.length === 0) {
    return (
      <Empty icon="phone" title="No callbacks are open">
        Customers who would rather be called than wait appear here.
      </Empty>
    );
  }
  return (
    <ul class="laters" {...hold}>
      {rows.map(({ row, key, gone }) => (
        <Row key={key} row={row} gone={gone} topic={topics.get(row.topic) ?? humanise(row.topic)} open={open} />
      ))}
    </ul>
  );
}

function dueOf(row: CallbackRow): string {
  return row.nextTry ?? row.at ?? row.requestedAt;
}

function Row({ row, gone, topic, open }: { row: CallbackRow; gone: boolean; topic: string; open: Props["open"] }) {
  const [asking, setAsking] = useState(false);
  const name = row.customerName ?? "A visitor";
  const next = row.nextTry ?? row.at;
  const { contact } = row;
  const items: MenuItem[] = [
    ...(contact == null ? [] : [{ label: "Open the attempt", icon: "history" as const, run: () => open(contact) }]),
    { label: "Cancel the callback", icon: "x", danger: true, apart: contact != null, run: () => setAsking(true) },
  ];
  const cancel = async () => {
    if (tell(await act(CancelCallback, { callback: row.id }))) say("good", `The callback to ${name} is cancelled`);
    setAsking(false);
  };
  return (
    <li class={gone ? "later row-gone" : "later"}>
      <span class="later-words">
        <strong class="truncate">
          {name} <span>{topic}</span>
        </strong>
        <span class="truncate tabular">
          asked <Age since={row.requestedAt} /> ago
          {row.attempts > 0 && ` · ${plural(row.attempts, "attempt")}`}
        </span>
      </span>
      <Marked of={row.state}>
        <WordChip of={callbackState[row.state]} />
      </Marked>
      <span class="later-when tabular">
        {next == null ? "as soon as possible" : Date.parse(next) < now.value ? <Chip word="Overdue" tone="bad" icon="alert" /> : <Next at={next} />}
      </span>
      {!gone && <Menu label={`Act on the callback to ${name}`} icon="more" small quiet items={items} />}
      {asking && (
        <Dialog title={`Cancel the callback to ${name}?`} onClose={() => setAsking(false)}>
          <p>The customer is told that nobody will ring, and can ask again.</p>
          <div class="dialog-acts">
            <Button kind="danger" onClick={() => void cancel()}>
              Cancel the callback
            </Button>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

/** Soon as a countdown, later as a time. */
function Next({ at }: { at: string }) {
  const soon = Date.parse(at) - now.value < 10 * 60_000;
  return <>next try {soon ? <>in <Until until={at} /></> : <At at={at} />}</>;
}
