// One timeline for what was shown, said and decided.
import { expect, it } from "vitest";
import { laneOf, marksOf, spanOf } from "./marks";

it.each([
  ["link.connected", "link"],
  ["reservation.offered", "routing"],
  ["contact.queued", "routing"],
  ["display.consented", "consent"],
  ["display.joined", "consent"],
  ["display.ended", "consent"],
  ["display.control_granted", "control"],
  ["display.page_pushed", "control"],
  ["display.widget_changed", "control"],
  ["link.message_sent", undefined],
  ["display.registered", undefined],
  ["ticket.changed", undefined],
])("%s stands in the lane %s", (kind, lane) => {
  expect(laneOf(kind)).toBe(lane);
});

const nobody = { actorName: null, agentName: null, routine: false, facts: [] };
const by = { agent: "Dana", customer: "Ada", actor: ({ actor }: { actor: string }) => actor, topic: "Bills", disposition: "Solved" };
const at = (second: number) => new Date(second * 1_000).toISOString();

it("what was said stands among what was decided, in the order of time", () => {
  const marks = marksOf(
    {
      timeline: [
        { at: at(1), seq: 1, kind: "link.answered", actor: "agent", ...nobody },
        { at: at(2), seq: 2, kind: "link.message_sent", actor: "agent", ...nobody },
        { at: at(3), seq: 3, kind: "display.consented", actor: "customer", ...nobody },
      ],
      transcript: [{ id: "m", from: "CUSTOMER", at: at(2), text: null }],
    },
    by,
  );
  expect(marks.map(({ lane, text, by: who }) => `${lane}: ${text} (${who})`)).toEqual(["link: Ada answered (agent)", "chat: Erased (Ada)", "consent: Ada agreed to share the page (customer)"]);
});

it("the timeline reaches over frames and marks", () => {
  const marks = marksOf({ timeline: [{ at: at(1), seq: 1, kind: "link.answered", actor: "", ...nobody }], transcript: [] }, by);
  expect(spanOf(marks, [2_000, 9_000])).toEqual({ begin: 1_000, end: 9_000 });
  expect(spanOf([], [])).toEqual({ begin: 0, end: 0 });
});
