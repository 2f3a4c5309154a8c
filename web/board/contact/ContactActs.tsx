// What a supervisor can do to a contact: priority, reassign, cancel; effective on the next match.
import { useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { Button } from "../../shared/ui/Button";
import { WordChip } from "../../shared/ui/Chip";
import { Dialog } from "../../shared/ui/Dialog";
import { Menu, type MenuItem } from "../../shared/ui/Menu";
import { Person } from "../../shared/ui/Person";
import { Empty } from "../../shared/ui/States";
import { Age } from "../../shared/ui/Time";
import { say, tell } from "../../shared/ui/Toast";
import { humanise, routingStatus } from "../../shared/words/state";
import { CancelContact, Prioritise, Reassign, type ContactRow } from "../documents";
import type { BoardState } from "../live/state";

const PRIORITY_MAX = 9;

export function ContactActs({ row, board, words = false }: { row: ContactRow; board: BoardState; words?: boolean }) {
  const [asking, setAsking] = useState<"agent" | "cancel">();
  const name = row.customerName ?? "the visitor";
  const inLine = row.state === "WAITING" || row.state === "OFFERED";
  const prioritise = async (priority: number) => {
    if (tell(await act(Prioritise, { contact: row.id, priority }))) say("good", `Priority of ${name} is ${priority}`);
  };
  const priorities = [
    { label: "Raise the priority", to: row.priority + 1 },
    { label: "Raise it to the top", to: PRIORITY_MAX },
    { label: "Lower the priority", to: row.priority - 1 },
  ].filter(({ to }, index, all) => to >= 0 && to <= PRIORITY_MAX && to !== row.priority && all.findIndex((one) => one.to === to) === index);
  const items: MenuItem[] = inLine
    ? [
        ...priorities.map(({ label, to }) => ({ label, icon: "star" as const, note: String(to), run: () => void prioritise(to) })),
        { label: "Give to an agent", icon: "user", apart: true, run: () => setAsking("agent") },
        { label: "Let routing choose", icon: "users", run: () => void reassign(row, null, name) },
        { label: "Cancel the contact", icon: "x", danger: true, apart: true, run: () => setAsking("cancel") },
      ]
    : row.state === "COMPLETED" || row.state === "LEFT"
      ? []
      : [{ label: "Cancel the contact", icon: "x", danger: true, run: () => setAsking("cancel") }];
  if (items.length === 0) return null;
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Menu label={`Act on the contact of ${name}`} small {...(words ? { children: "Act" } : { icon: "more" as const, quiet: true })} items={items} />
      {asking === "agent" && <ChooseAgent row={row} board={board} close={() => setAsking(undefined)} />}
      {asking === "cancel" && <ConfirmCancel row={row} name={name} close={() => setAsking(undefined)} />}
    </span>
  );
}

async function reassign(row: ContactRow, agent: string | null, name: string): Promise<boolean> {
  const done = tell(await act(Reassign, { contact: row.id, agent }));
  if (done) say("good", agent === null ? `Routing chooses for ${name}` : `${name} goes to that agent on the next match`);
  return done;
}

function ChooseAgent({ row, board, close }: { row: ContactRow; board: BoardState; close: () => void }) {
  const name = row.customerName ?? "the visitor";
  const agents = [...board.agents.values()].sort((a, b) => Number(b.status === "IDLE") - Number(a.status === "IDLE") || (a.name ?? "").localeCompare(b.name ?? ""));
  return (
    <Dialog title={`Give ${name} to`} onClose={close}>
      {agents.length === 0 ? (
        <Empty icon="users" title="Nobody has signed in" />
      ) : (
        <ul class="choose-agent">
          {agents.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                aria-current={one.id === row.agent ? "true" : undefined}
                onClick={() => void reassign(row, one.id, name).then((done) => done && close())}
              >
                <Person name={one.name} />
                <span class="choose-words">
                  <strong>{one.name}</strong>
                  <span class="truncate">{one.skills.map((skill) => `${humanise(skill.name)} ${skill.level}`).join(", ")}</span>
                </span>
                <WordChip of={routingStatus[one.status]} />
                <span class="tabular">
                  <Age since={one.since} exact />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p class="choose-note">It takes effect on the next match, once the agent is free and has the skills it requires.</p>
    </Dialog>
  );
}

function ConfirmCancel({ row, name, close }: { row: ContactRow; name: string; close: () => void }) {
  const [busy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    if (tell(await act(CancelContact, { contact: row.id }))) {
      say("good", `The contact of ${name} is cancelled`);
      close();
    } else setBusy(false);
  };
  return (
    <Dialog title={`Cancel the contact of ${name}?`} onClose={close}>
      <p>The customer is told that it ended and can ask again. This cannot be undone.</p>
      <div class="dialog-acts">
        <Button kind="danger" busy={busy} disabled={busy} onClick={() => void cancel()}>
          Cancel the contact
        </Button>
        <Button onClick={close}>Keep it</Button>
      </div>
    </Dialog>
  );
}
