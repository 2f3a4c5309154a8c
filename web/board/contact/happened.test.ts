// Four minutes of a contact read as a few lines in phases.
import { describe, expect, it } from "vitest";
import type { ContactDetail } from "../documents";
import { chaptersOf, type Telling } from "./happened";

type Entry = ContactDetail["timeline"][number];
let seq = 0;
const entry = (kind: string, more: Partial<Entry> = {}): Entry => {
  seq += 1;
  return { seq, at: new Date(seq * 1_000).toISOString(), kind, actor: "timer", actorName: null, agentName: null, routine: false, facts: [], ...more };
};
const telling: Telling = { actor: ({ actorName }) => actorName ?? "Lockstep", customer: "Ada", topic: "Bills", disposition: "Solved" };
const routine = { routine: true };

const timeline = [
  entry("entitlement.granted"),
  entry("contact.queued"),
  entry("contact.step_activated", { ...routine, facts: [{ name: "step", value: "1" }] }),
  entry("contact.reconsidered", routine),
  entry("reservation.offered", { agentName: "Sam" }),
  entry("reservation.timed_out", { agentName: "Sam" }),
  entry("reservation.offered", { agentName: "Noor" }),
  entry("reservation.accepted", { agentName: "Noor", actorName: "Noor" }),
  entry("reservation.connecting", routine),
  entry("contact.talking"),
  entry("link.message_sent"),
  entry("link.message_sent"),
  entry("link.ended", { facts: [{ name: "end", value: "customer_hung_up" }] }),
  entry("reservation.wrapping"),
  entry("contact.completed"),
];

describe("a contact's timeline", () => {
  const chapters = chaptersOf(timeline, telling);

  it("has its phases in order", () => {
    expect(chapters.map(({ phase }) => phase)).toEqual(["waiting", "connecting", "talking", "wrapUp", "after"]);
    expect(chapters.at(-1)?.to).toBeUndefined();
  });

  it("names people and says what happened to whom", () => {
    expect(chapters.map(({ lines }) => lines.map(({ text }) => text))).toEqual([
      ["Joined the queue for Bills", "Offered to Sam", "Sam missed the offer", "Offered to Noor"],
      ["Noor accepted"],
      ["Noor and Ada are talking", "The conversation ended: the customer ended it"],
      ["Noor is wrapping up"],
      ["Completed: Solved"],
    ]);
  });

  it("folds routing, counts messages, and hides what another line says", () => {
    expect(chapters[0]?.routing.map(({ text }) => text)).toEqual(["The plan includes this", "Step 1 of the queue's rules began"]);
    expect(chapters[2]?.messages).toBe(2);
  });

  it("keeps what it does not know, folded", () => {
    const [chapter] = chaptersOf([entry("contact.queued"), entry("contact.something_new")], telling);
    expect(chapter?.routing.map(({ text }) => text)).toEqual(["Contact something new"]);
  });
});
