// Signals are gathered without changing what was done, or in which order.
import { expect, it, vi } from "vitest";
import { batchTo, gather, SIGNALS_MAX } from "./batch";
import type { Act, Signal } from "./protocol";

const signal = (act: Act): Signal => ({ ...act, pageLoad: 1 });
const gathered = (...acts: Act[]) => acts.map(signal).reduce<Signal[]>(gather, []).map(({ pageLoad: _, ...act }) => act);
const pointer = (x: number): Act => ({ kind: "pointer", node: 1, x, y: 0 });
const click: Act = { kind: "click", node: 2, x: 0.5, y: 0.5 };

it("of a pointer only the newest place counts", () => {
  expect(gathered(pointer(0), pointer(0.5), pointer(1))).toEqual([pointer(1)]);
});

it("what was done stays in its order", () => {
  expect(gathered(pointer(0), click, pointer(1))).toEqual([pointer(0), click, pointer(1)]);
});

it("what is typed into one field is one text, into two fields two", () => {
  const typed = (node: number, value: string): Act => ({ kind: "input", node, value });
  expect(gathered(typed(1, "a"), typed(1, "ab"), typed(2, "c"))).toEqual([typed(1, "ab"), typed(2, "c")]);
});

it("boxes scroll apart", () => {
  const scroll = (node: number | null, y: number): Act => ({ kind: "scroll", node, x: 0, y });
  expect(gathered(scroll(1, 10), scroll(null, 5), scroll(1, 20))).toEqual([scroll(null, 5), scroll(1, 20)]);
});

it("a stroke goes on in one", () => {
  const ink = (x: number): Act => ({ kind: "ink", stroke: "s", points: [{ node: 1, x, y: 0 }] });
  expect(gathered(ink(0), ink(1))).toEqual([{ kind: "ink", stroke: "s", points: [{ node: 1, x: 0, y: 0 }, { node: 1, x: 1, y: 0 }] }]);
});

it("never more than the server takes", () => {
  const clicks = Array.from({ length: SIGNALS_MAX + 20 }, () => click);
  expect(gathered(...clicks)).toHaveLength(SIGNALS_MAX);
});

it("one request at a time, with what came meanwhile in the next", async () => {
  vi.useFakeTimers();
  const sent: string[][] = [];
  let answer: () => void = () => undefined;
  const batch = batchTo((signals) => {
    sent.push(signals);
    return new Promise<void>((done) => {
      answer = done;
    });
  });
  batch.put(signal(click));
  await vi.advanceTimersByTimeAsync(50);
  batch.put(signal(pointer(1)));
  await vi.advanceTimersByTimeAsync(500);
  expect(sent).toHaveLength(1);
  answer();
  await vi.advanceTimersByTimeAsync(50);
  expect(sent).toHaveLength(2);
  vi.useRealTimers();
});
