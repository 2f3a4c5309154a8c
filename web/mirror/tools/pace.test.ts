// A pointer that moves all the time is told now and then, and always where it stopped.
import { expect, it } from "vitest";
import { paced } from "./pace";

function world() {
  let now = 0;
  let due: { at: number; work: () => void } | undefined;
  const sent: [number, string][] = [];
  const pace = paced<string>(100, (value) => sent.push([now, value]), {
    now: () => now,
    after(ms, work) {
      due = { at: now + ms, work };
      return () => {
        due = undefined;
      };
    },
  });
  const pass = (ms: number) => {
    const until = now + ms;
    if (due && due.at <= until) {
      now = due.at;
      const { work } = due;
      due = undefined;
      work();
    }
    now = until;
  };
  return { sent, pace, pass };
}

it("the first goes at once, the newest when its time has come", () => {
  const { sent, pace, pass } = world();
  pace.put("a");
  pass(10);
  pace.put("b");
  pass(10);
  pace.put("c");
  pass(200);
  expect(sent).toEqual([[0, "a"], [100, "c"]]);
});

it("after a pause the next goes at once again", () => {
  const { sent, pace, pass } = world();
  pace.put("a");
  pass(500);
  pace.put("b");
  expect(sent).toEqual([[0, "a"], [500, "b"]]);
});

it("what was dropped is not sent", () => {
  const { sent, pace, pass } = world();
  pace.put("a");
  pace.put("b");
  pace.drop();
  pass(500);
  expect(sent).toEqual([[0, "a"]]);
});
