// The board's fold: snapshots replace, changes apply by key, old ones change nothing.
import { describe, expect, it } from "vitest";
import type { BoardChange, ContactRow } from "../documents";
import { applyChange, type BoardState } from "./state";

const totals: BoardChange["totals"] = {
  offered: 0,
  answered: 0,
  abandoned: 0,
  shortAbandoned: 0,
  callbacksRequested: 0,
  waiting: 0,
  talking: 0,
  asaSeconds: null,
  rona: 0,
  serviceLevel: [],
};

function contact(id: string, more: Partial<ContactRow> = {}): ContactRow {
  return {
    id,
    state: "WAITING",
    channel: "CHAT",
    queue: "billing",
    topic: "billing",
    priority: 0,
    queuedAt: "2026-01-01T10:00:00Z",
    since: "2026-01-01T10:00:00Z",
    until: null,
    position: 1,
    step: 0,
    agent: null,
    agentName: null,
    customerName: null,
    visitor: null,
    assignedTo: null,
    assignedToName: null,
    assignedUntil: null,
    customerAwaySince: null,
    canCancel: true,
    canReassign: true,
    canPrioritise: true,
    account: null,
    callback: null,
    exit: null,
    disposition: null,
    ...more,
  };
}

function change(version: number, more: Partial<BoardChange> = {}): BoardChange {
  return {
    version,
    tokens: [],
    now: "2026-01-01T10:00:00Z",
    snapshot: false,
    queues: [],
    agents: [],
    contacts: [],
    callbacks: [],
    bookings: [],
    gone: [],
    totals,
    ...more,
  };
}

function folded(...changes: BoardChange[]): BoardState {
  let state: BoardState | undefined;
  for (const one of changes) {
    const next = applyChange(state, one);
    if (next === "again") throw new Error("the fold wanted a snapshot");
    state = next;
  }
  if (state === undefined) throw new Error("nothing was folded");
  return state;
}

const snapshot = change(5, { snapshot: true, contacts: [contact("a"), contact("b")] });

describe("the board's fold", () => {
  it("begins with a snapshot and nothing else", () => {
    expect(applyChange(undefined, change(1))).toBe("again");
    expect([...folded(snapshot).contacts.keys()]).toEqual(["a", "b"]);
  });

  it("puts rows in by their keys and takes out what is gone", () => {
    const state = folded(
      snapshot,
      change(9, { contacts: [contact("b", { state: "TALKING" }), contact("c")], gone: [{ kind: "contact", id: "a" }] }),
    );
    expect([...state.contacts.keys()]).toEqual(["b", "c"]);
    expect(state.contacts.get("b")?.state).toBe("TALKING");
    expect(state.version).toBe(9);
  });

  it("takes out only rows of the named kind", () => {
    const state = folded(snapshot, change(6, { gone: [{ kind: "callback", id: "a" }] }));
    expect(state.contacts.has("a")).toBe(true);
  });

  it("ignores what it already has", () => {
    const state = folded(snapshot, change(5, { gone: [{ kind: "contact", id: "a" }] }));
    expect(state.contacts.has("a")).toBe(true);
  });

  it("forgets everything on a new snapshot, also an older one after a restart", () => {
    const state = folded(snapshot, change(2, { snapshot: true, contacts: [contact("z")] }));
    expect([...state.contacts.keys()]).toEqual(["z"]);
    expect(state.version).toBe(2);
  });

  it("keeps the same tables when nothing in them has changed", () => {
    const before = folded(snapshot);
    const after = applyChange(before, change(6, { totals: { ...totals, offered: 3 } }));
    expect(after).not.toBe("again");
    expect((after as BoardState).contacts).toBe(before.contacts);
    expect((after as BoardState).totals.offered).toBe(3);
  });
});
