import { expect, test } from "vitest";
import { maskedBy } from "./masked";
import { kind, type RecordedEvent } from "./rrweb";
import { slice_ms, type Slices } from "./slices";

const event = (type: number, text: string): RecordedEvent => ({ type, data: { text }, timestamp: 1 });
const busy = () => {
  const from = performance.now();
  while (performance.now() - from < slice_ms * 1.5) continue;
};

/** Large events take three slices; tasks are begun by hand. */
function masking(unsettling: string[] = []) {
  const taken: string[] = [];
  const failures: string[] = [];
  let asked = 0;
  let task: (() => void) | null = null;
  function* slices(one: RecordedEvent): Slices<RecordedEvent | null> {
    const text = String(one.data.text);
    if (text === "broken") throw new Error("broken");
    if (text.startsWith("large")) {
      for (let n = 0; n < 3; n++) {
        busy();
        for (let step = 0; step < 32; step++) yield;
      }
    }
    return text === "nothing" ? null : one;
  }
  const masked = maskedBy({
    slices,
    unsettles: ({ data }) => unsettling.includes(String(data.text)),
    take: ({ data }) => taken.push(String(data.text)),
    again: () => void (asked += 1),
    failed: (cause) => failures.push((cause as Error).message),
    next: () => new Promise((done) => (task = done)),
  });
  const turn = async () => {
    task?.();
    task = null;
    await new Promise((done) => setTimeout(done));
  };
  return { masked, taken, failures, turn, asked: () => asked };
}

test("small events pass at once, and one that nobody may see does not", () => {
  const { masked, taken } = masking();
  for (const text of ["a", "nothing", "b"]) masked.add(event(kind.incremental, text));
  expect(taken).toEqual(["a", "b"]);
});

test("what comes while a large one is masked waits for it, in order", async () => {
  const { masked, taken, turn } = masking();
  masked.add(event(kind.incremental, "large 1"));
  for (const text of ["a", "large 2", "b"]) masked.add(event(kind.incremental, text));
  expect(taken).toEqual([]);
  for (let n = 0; n < 12; n++) await turn();
  expect(taken).toEqual(["large 1", "a", "large 2", "b"]);
});

test("a page's size goes with what follows it, however long that takes", async () => {
  const { masked, taken, turn } = masking();
  masked.add(event(kind.meta, "size"));
  masked.add(event(kind.full, "large page"));
  expect(taken).toEqual([]);
  for (let n = 0; n < 6; n++) await turn();
  expect(taken).toEqual(["size", "large page"]);
});

test("when the page shows meanwhile what it hid, nothing of before is sent, and the picture is made again", async () => {
  const { masked, taken, turn, asked } = masking(["shown"]);
  masked.add(event(kind.full, "large page"));
  for (const text of ["a", "shown", "b"]) masked.add(event(kind.incremental, text));
  for (let n = 0; n < 6; n++) await turn();
  expect([taken, asked()]).toEqual([[], 1]);
});

test("a page that never holds still is masked at once in the end", async () => {
  const { masked, taken, turn, asked } = masking(["shown"]);
  for (let n = 0; n < 3; n++) {
    masked.add(event(kind.full, `large ${n}`));
    masked.add(event(kind.incremental, "shown"));
    await turn();
  }
  expect([taken, asked()]).toEqual([[], 3]);
  masked.add(event(kind.full, "large last"));
  expect(taken).toEqual(["large last"]);
});

test("one that cannot be masked holds up none behind it", async () => {
  const { masked, taken, failures, turn } = masking();
  masked.add(event(kind.incremental, "large 1"));
  for (const text of ["broken", "a"]) masked.add(event(kind.incremental, text));
  for (let n = 0; n < 6; n++) await turn();
  expect([taken, failures]).toEqual([["large 1", "a"], ["broken"]]);
});
