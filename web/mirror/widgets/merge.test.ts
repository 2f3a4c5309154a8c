// Two sides change one widget at once: neither change is lost.
import { expect, it } from "vitest";
import { answered, change, nothingYet, said, type Change, type Merging } from "./merge";

function widget() {
  let now: Merging = nothingYet;
  const sent: Change[] = [];
  const step = ([next, send]: [Merging, Change | undefined]) => {
    now = next;
    if (send) sent.push(send);
  };
  return {
    sent,
    change: (part: Record<string, unknown>) => step(change(now, part)),
    said: (version: number, state: Record<string, unknown>) => step(said(now, version, state)),
    answered: (basedOn: number, taken: boolean) => step(answered(now, basedOn, taken)),
    state: () => now.state,
  };
}

it("a change goes with the whole state, based on its version", () => {
  const one = widget();
  one.said(3, { a: 1, b: 1 });
  one.change({ a: 2 });
  expect(one.sent).toEqual([{ basedOn: 3, state: { a: 2, b: 1 } }]);
  expect(one.state()).toEqual({ a: 1, b: 1 });
});

it("what changes meanwhile waits for the log, and goes in one", () => {
  const one = widget();
  one.said(3, { a: 1 });
  one.change({ a: 2 });
  one.change({ a: 3 });
  one.change({ b: 1 });
  one.answered(3, true);
  expect(one.sent).toHaveLength(1);
  one.said(4, { a: 2 });
  expect(one.sent[1]).toEqual({ basedOn: 4, state: { a: 3, b: 1 } });
});

it("a stale change is made again on the newest state, whichever is heard first", () => {
  const first = widget();
  first.said(3, { a: 1, b: 1 });
  first.change({ a: 2 });
  first.answered(3, false);
  expect(first.sent).toHaveLength(1);
  first.said(4, { a: 1, b: 9 });
  expect(first.sent[1]).toEqual({ basedOn: 4, state: { a: 2, b: 9 } });

  const second = widget();
  second.said(3, { a: 1, b: 1 });
  second.change({ a: 2 });
  second.said(4, { a: 1, b: 9 });
  expect(second.sent).toHaveLength(1);
  second.answered(3, false);
  expect(second.sent[1]).toEqual({ basedOn: 4, state: { a: 2, b: 9 } });
});

it("a change that is always refused is given up, and the next is not held back", () => {
  const one = widget();
  one.said(1, { a: 0 });
  one.change({ a: 1 });
  for (let version = 1; version < 20; version += 1) {
    one.answered(version, false);
    one.said(version + 1, { a: 0 });
  }
  expect(one.sent.length).toBeLessThan(10);
  one.change({ a: 2 });
  expect(one.sent.at(-1)).toEqual({ basedOn: 20, state: { a: 2 } });
});

it("an old version says nothing", () => {
  const one = widget();
  one.said(3, { a: 3 });
  one.said(2, { a: 2 });
  expect(one.state()).toEqual({ a: 3 });
});
