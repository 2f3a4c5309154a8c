import { inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { batch_max, batchesTo, gather_ms } from "./batch";
import { beginsFull, deflated, frameOf, json_bytes_max, jsonOf, TooLarge } from "./frame";
import type { RecordedEvent } from "./rrweb";

const event = (type: number, text = ""): RecordedEvent => ({ type, data: { text }, timestamp: 5 });

test("a frame has its head and the compressed events", async () => {
  const events = [event(4), event(2, "Übung")];
  const { bytes } = frameOf(258, beginsFull(events), 1_764_170_000_123, await deflated(jsonOf(events)));
  const head = new DataView(bytes.buffer);
  expect([head.getUint8(0), head.getUint8(1), head.getUint32(2), head.getBigInt64(6)]).toEqual([1, 1, 258, 1_764_170_000_123n]);
  expect(JSON.parse(inflateRawSync(bytes.subarray(14)).toString())).toEqual(events);
});

test("what is small goes as it is, what is large compressed", async () => {
  for (const length of [1, 1000, 1024, 1025, 100_000]) {
    const json = new TextEncoder().encode("ü".repeat(length / 2) + "x".repeat(length % 2));
    const body = await deflated(json);
    expect(new Uint8Array(inflateRawSync(body))).toEqual(json);
    expect(body.length).toBeLessThan(1100);
  }
});

test("only what begins with the page's size and a full snapshot is full", () => {
  expect([beginsFull([event(4), event(2)]), beginsFull([event(4)]), beginsFull([event(3), event(4), event(2)])]).toEqual([true, false, false]);
});

test("what is too large says how large it is", () => {
  expect(() => jsonOf([event(3, "x".repeat(json_bytes_max))])).toThrow(TooLarge);
});

/** A clock that is moved by hand. */
function gathered() {
  const taken: RecordedEvent[][] = [];
  let now = 1000;
  let due: { at: number; work: () => void } | null = null;
  const batches = batchesTo({
    take: (events) => taken.push([...events]),
    now: () => now,
    after(milliseconds, work) {
      due = { at: now + milliseconds, work };
      return () => void (due = null);
    },
  });
  const pass = (milliseconds: number) => {
    now += milliseconds;
    if (due !== null && due.at <= now) due.work();
  };
  return { taken, batches, pass };
}

test("the first event goes at once, what follows within 50 ms together", () => {
  const { taken, batches, pass } = gathered();
  batches.add(event(3, "a"));
  pass(0);
  batches.add(event(3, "b"));
  pass(gather_ms / 2);
  batches.add(event(3, "c"));
  pass(gather_ms / 2);
  expect(taken.map((batch) => batch.map(({ data }) => data.text))).toEqual([["a"], ["b", "c"]]);
});

test("a full snapshot begins a batch, and no batch grows without end", () => {
  const { taken, batches, pass } = gathered();
  batches.add(event(3));
  batches.add(event(4));
  batches.add(event(2));
  pass(gather_ms);
  expect(taken.map((batch) => batch.map(({ type }) => type))).toEqual([[3], [4, 2]]);
  for (let n = 0; n <= batch_max; n++) batches.add(event(3));
  expect(taken).toHaveLength(3);
});

test("what was gathered before a stop is thrown away", () => {
  const { taken, batches, pass } = gathered();
  batches.add(event(3));
  batches.stop();
  pass(gather_ms);
  expect(taken).toEqual([]);
});
