// What is about to break, or has: rules over the board, most urgent first.
import { clockWords } from "../../shared/lib/time";
import { nameIn } from "../../shared/lib/name";
import { customerWords } from "../../shared/words/customer";
import { say } from "../../shared/words/say";
import { judge, LEVEL_MIN, levelOf, percentWords } from "../promise/formula";
import type { BoardState } from "../live/state";

/** A callback this much later than promised is overdue. */
const CALLBACK_LATE_MS = 60_000;
/** Without a promised time, a callback is overdue after this long. */
const CALLBACK_ASAP_MS = 15 * 60_000;

export interface Alert {
  id: string;
  tone: "bad" | "warn";
  kind: "wait" | "stranded" | "level" | "agent" | "callback";
  text: string;
  /** What to look at: the table narrows to it. */
  queue?: string;
  agent?: string;
}

export function alertsOf(board: BoardState, now: number, formula: string): Alert[] {
  return [...waits(board, now), ...levels(board, formula), ...stranded(board), ...agents(board), ...callbacks(board, now)].sort(
    (a, b) => Number(a.tone === "warn") - Number(b.tone === "warn"),
  );
}

function waits(board: BoardState, now: number): Alert[] {
  const alerts: Alert[] = [];
  for (const queue of board.queues.values()) {
    if (queue.longestWaitSince == null) continue;
    const wait = now - Date.parse(queue.longestWaitSince);
    const target = queue.targetSeconds * 1000;
    if (wait <= target) continue;
    alerts.push({
      id: `wait-${queue.queue}`,
      tone: wait > 3 * target ? "bad" : "warn",
      kind: "wait",
      text: say("board.alerts.wait", { queue: queue.title, wait: clockWords(wait), target: clockWords(target) }),
      queue: queue.queue,
    });
  }
  return alerts;
}

/** Given to somebody who cannot take it: nobody else is asked meanwhile. */
function stranded(board: BoardState): Alert[] {
  const alerts: Alert[] = [];
  for (const row of board.contacts.values()) {
    if (row.state !== "WAITING" || row.assignedTo == null) continue;
    const agent = board.agents.get(row.assignedTo);
    if (agent?.presence === "AVAILABLE" && agent.status !== "NOT_RESPONDING") continue;
    const name = nameIn(customerWords(row.customerName, { visitor: row.visitor, contact: row.id, callback: row.callback }));
    const text = say("board.alerts.stranded", { name, agent: nameIn(row.assignedToName, say("board.agent.one")) });
    alerts.push({ id: `stranded-${row.id}`, tone: "bad", kind: "stranded", text, queue: row.queue });
  }
  return alerts;
}

function levels(board: BoardState, formula: string): Alert[] {
  const alerts: Alert[] = [];
  for (const queue of board.queues.values()) {
    const level = levelOf(queue.serviceLevel, formula);
    if (level?.value == null || judge(level.value, queue.offered) !== "bad") continue;
    alerts.push({
      id: `level-${queue.queue}`,
      tone: "warn",
      kind: "level",
      text: say("board.alerts.level", { queue: queue.title, level: percentWords(level.value) }),
      queue: queue.queue,
    });
  }
  return alerts.length > 0 ? alerts : whole(board, formula);
}

/** No queue alone is below the promise, all of them together are: the panel says so, and so do we. */
function whole({ totals }: BoardState, formula: string): Alert[] {
  const level = levelOf(totals.serviceLevel, formula);
  if (level?.value == null || judge(level.value, totals.offered) !== "bad") return [];
  const text = say("board.alerts.levelAll", { level: percentWords(level.value), promise: percentWords(LEVEL_MIN) });
  return [{ id: "level", tone: "warn", kind: "level", text }];
}

function agents(board: BoardState): Alert[] {
  const alerts: Alert[] = [];
  for (const agent of board.agents.values()) {
    const name = nameIn(agent.name, say("board.agent.one"));
    if (agent.deviceLost) {
      alerts.push({ id: `lost-${agent.id}`, tone: "bad", kind: "agent", text: say("board.alerts.lost", { name }), agent: agent.id });
    } else if (agent.status === "NOT_RESPONDING") {
      alerts.push({ id: `silent-${agent.id}`, tone: "warn", kind: "agent", text: say("board.alerts.silent", { name }), agent: agent.id });
    }
  }
  return alerts;
}

function callbacks(board: BoardState, now: number): Alert[] {
  let late = 0;
  for (const callback of board.callbacks.values()) {
    if (callback.state === "COMPLETED" || callback.state === "PROCESSING") continue;
    const promised = callback.nextTry ?? callback.at;
    const due = promised == null ? Date.parse(callback.requestedAt) + CALLBACK_ASAP_MS : Date.parse(promised) + CALLBACK_LATE_MS;
    if (due < now) late += 1;
  }
  return late === 0 ? [] : [{ id: "callbacks", tone: "bad", kind: "callback", text: say("board.alerts.callbacks", { count: late }) }];
}
