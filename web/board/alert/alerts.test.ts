// Alerts come from rules with named thresholds.
import { describe, expect, it } from "vitest";
import type { AgentRow, CallbackRow, ContactRow, QueueRow } from "../documents";
import type { BoardState } from "../live/state";
import { alertsOf } from "./alerts";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

const queue = (more: Partial<QueueRow>): QueueRow =>
  ({ queue: "billing", title: "Billing", targetSeconds: 20, offered: 100, longestWaitSince: null, serviceLevel: [], ...more }) as QueueRow;
const agent = (more: Partial<AgentRow>): AgentRow =>
  ({ id: "dana", name: "Dana", status: "IDLE", deviceLost: false, ...more }) as AgentRow;
const callback = (more: Partial<CallbackRow>): CallbackRow =>
  ({ id: "x", state: "QUEUED", at: null, nextTry: null, requestedAt: ago(60), ...more }) as CallbackRow;

const contact = (more: Partial<ContactRow>): ContactRow =>
  ({ id: "c", state: "WAITING", queue: "billing", customerName: "Chloe", visitor: null, callback: null, assignedTo: "sam", assignedToName: "Sam", ...more }) as ContactRow;

function board(rows: { contacts?: ContactRow[]; queues?: QueueRow[]; agents?: AgentRow[]; callbacks?: CallbackRow[]; totals?: Partial<BoardState["totals"]> }): BoardState {
  return {
    version: 1,
    queues: new Map((rows.queues ?? []).map((row) => [row.queue, row])),
    agents: new Map((rows.agents ?? []).map((row) => [row.id, row])),
    contacts: new Map((rows.contacts ?? []).map((row) => [row.id, row])),
    callbacks: new Map((rows.callbacks ?? []).map((row) => [row.id, row])),
    bookings: new Map(),
    totals: { offered: 0, serviceLevel: [], ...rows.totals } as unknown as BoardState["totals"],
  };
}
const texts = (state: BoardState) => alertsOf(state, NOW, "ignore").map((alert) => `${alert.tone}: ${alert.text}`);

describe("alerts", () => {
  it("stay silent while the promise is kept", () => {
    expect(texts(board({ queues: [queue({ longestWaitSince: ago(20) })], agents: [agent({})], callbacks: [callback({})] }))).toEqual([]);
  });

  it("name a wait beyond the target, worse beyond three times the target", () => {
    expect(texts(board({ queues: [queue({ longestWaitSince: ago(21) })] }))).toEqual([
      "warn: Billing: longest wait 0:21, target 0:20",
    ]);
    expect(texts(board({ queues: [queue({ longestWaitSince: ago(61) })] }))[0]).toMatch(/^bad/);
  });

  it("name a service level below 80 %", () => {
    const level = (value: number | null) => [{ formula: "ignore", version: 1, targetSeconds: 20, value }];
    expect(texts(board({ queues: [queue({ serviceLevel: level(0.7) })] }))).toEqual(["warn: Billing: service level 70 %"]);
    expect(texts(board({ queues: [queue({ serviceLevel: level(null) })] }))).toEqual([]);
    expect(texts(board({ queues: [queue({ serviceLevel: level(0), offered: 1 })] }))).toEqual([]);
  });

  it("name the level of the whole day when it is below the promise though no queue is", () => {
    const level = (value: number) => [{ formula: "ignore", version: 1, targetSeconds: 20, value }];
    expect(texts(board({ totals: { offered: 6, serviceLevel: level(0.17) } }))).toEqual(["warn: Service level 17 %, promised 80 %"]);
    expect(texts(board({ totals: { offered: 6, serviceLevel: level(0.9) } }))).toEqual([]);
    expect(texts(board({ queues: [queue({ serviceLevel: level(0.17) })], totals: { offered: 100, serviceLevel: level(0.17) } }))).toEqual([
      "warn: Billing: service level 17 %",
    ]);
  });

  it("name who waits for an agent who cannot come", () => {
    const sam = (more: Partial<AgentRow>) => agent({ id: "sam", name: "Sam", presence: "AVAILABLE", ...more });
    const chloe = [contact({})];
    expect(texts(board({ contacts: chloe, agents: [sam({ status: "INTERACTING" })] }))).toEqual([]);
    expect(texts(board({ contacts: chloe, agents: [sam({ presence: "BREAK", status: "OFF_QUEUE" })] }))).toEqual(["bad: Chloe waits for Sam, who isn't available"]);
    expect(texts(board({ contacts: chloe }))).toEqual(["bad: Chloe waits for Sam, who isn't available"]);
    expect(texts(board({ contacts: [contact({ state: "TALKING" })] }))).toEqual([]);
  });

  it("name who does not respond", () => {
    expect(texts(board({ agents: [agent({ status: "NOT_RESPONDING" })] }))).toEqual(["warn: Dana isn't responding"]);
    expect(texts(board({ agents: [agent({ deviceLost: true })] }))).toEqual(["bad: Dana's desk is offline"]);
  });

  it("count callbacks that are later than promised", () => {
    const late = callback({ id: "a", nextTry: ago(61) });
    const asap = callback({ id: "b", requestedAt: ago(15 * 60 + 1) });
    const calling = callback({ id: "c", state: "PROCESSING", nextTry: ago(600) });
    expect(texts(board({ callbacks: [late, asap, calling] }))).toEqual(["bad: 2 callbacks overdue"]);
  });
});
