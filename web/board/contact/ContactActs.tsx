// What a supervisor can do to a contact: priority, reassign, cancel; effective on the next match.
import { useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { nameIn } from "../../shared/lib/name";
import { Button } from "../../shared/ui/Button";
import { WordChip } from "../../shared/ui/Chip";
import { Dialog } from "../../shared/ui/Dialog";
import { Menu, type MenuItem } from "../../shared/ui/Menu";
import { Name } from "../../shared/ui/Name";
import { Person } from "../../shared/ui/Person";
import { Empty } from "../../shared/ui/States";
import { Age } from "../../shared/ui/Time";
import { notify, tell } from "../../shared/ui/Toast";
import { customerWords } from "../../shared/words/customer";
import { say } from "../../shared/words/say";
import { humanise, routingStatus } from "../../shared/words/state";
import { CancelContact, Prioritise, Reassign, type AgentRow, type ContactRow } from "../documents";
import type { BoardState } from "../live/state";

const PRIORITY_MAX = 9;

export function ContactActs({ row, board, words = false }: { row: ContactRow; board: BoardState; words?: boolean }) {
  const [asking, setAsking] = useState<"agent" | "cancel">();
  const name = nameIn(customerWords(row.customerName, { visitor: row.visitor, contact: row.id, callback: row.callback }));
  const prioritise = async (priority: number) => {
    if (tell(await act(Prioritise, { contact: row.id, priority }))) notify("good", say("board.acts.prioritised", { name, priority }));
  };
  const priorities = [
    { label: say("board.acts.raise"), to: row.priority + 1 },
    { label: say("board.acts.top"), to: PRIORITY_MAX },
    { label: say("board.acts.lower"), to: row.priority - 1 },
  ].filter(({ to }, index, all) => to >= 0 && to <= PRIORITY_MAX && to !== row.priority && all.findIndex((one) => one.to === to) === index);
  const items: MenuItem[] = [
    ...(row.canPrioritise ? priorities.map(({ label, to }) => ({ label, icon: "star" as const, note: String(to), run: () => void prioritise(to) })) : []),
    ...(row.canReassign ? [{ label: say("board.acts.give"), icon: "user" as const, apart: row.canPrioritise, run: () => setAsking("agent") }] : []),
    ...(row.canReassign && row.assignedTo != null ? [{ label: say("board.acts.anyone"), icon: "users" as const, run: () => void reassign(row, null, name) }] : []),
    ...(row.canCancel ? [{ label: say("board.acts.cancel"), icon: "x" as const, danger: true, apart: row.canReassign, run: () => setAsking("cancel") }] : []),
  ];
  if (items.length === 0) return null;
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Menu label={say("board.acts.menu", { name })} small {...(words ? { children: say("board.acts.button") } : { icon: "more" as const, quiet: true })} items={items} />
      {asking === "agent" && <ChooseAgent row={row} board={board} close={() => setAsking(undefined)} />}
      {asking === "cancel" && <ConfirmCancel row={row} name={name} close={() => setAsking(undefined)} />}
    </span>
  );
}

async function reassign(row: ContactRow, agent: AgentRow | null, name: string): Promise<boolean> {
  const done = tell(await act(Reassign, { contact: row.id, agent: agent?.id ?? null }));
  if (done) notify("good", agent === null ? say("board.acts.freed", { name }) : say("board.acts.given", { name, agent: nameIn(agent.name, say("board.agent.one")) }));
  return done;
}

function ChooseAgent({ row, board, close }: { row: ContactRow; board: BoardState; close: () => void }) {
  const name = nameIn(customerWords(row.customerName, { visitor: row.visitor, contact: row.id, callback: row.callback }));
  const agents = [...board.agents.values()].sort((a, b) => Number(b.status === "IDLE") - Number(a.status === "IDLE") || (a.name ?? "").localeCompare(b.name ?? ""));
  return (
    <Dialog title={say("board.acts.give.title", { name })} onClose={close}>
      {agents.length === 0 ? (
        <Empty icon="users" title={say("board.acts.give.none")} />
      ) : (
        <ul class="choose-agent">
          {agents.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                aria-current={one.id === row.agent ? "true" : undefined}
                onClick={() => void reassign(row, one, name).then((done) => done && close())}
              >
                <Person name={one.name} />
                <span class="choose-words">
                  <strong class="truncate">
                    <Name of={one.name} or={say("board.agent.one")} />
                  </strong>
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
      <p class="choose-note">{say("board.acts.give.note")}</p>
    </Dialog>
  );
}

function ConfirmCancel({ row, name, close }: { row: ContactRow; name: string; close: () => void }) {
  const [busy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    if (tell(await act(CancelContact, { contact: row.id }))) {
      notify("good", say("board.acts.cancelled", { name }));
      close();
    } else setBusy(false);
  };
  return (
    <Dialog title={say("board.acts.cancel.title", { name })} onClose={close}>
      <p>{say("board.acts.cancel.what")}</p>
      <div class="dialog-acts">
        <Button kind="danger" busy={busy} disabled={busy} onClick={() => void cancel()}>
          {say("board.acts.cancel")}
        </Button>
        <Button onClick={close}>{say("board.acts.keep")}</Button>
      </div>
    </Dialog>
  );
}
