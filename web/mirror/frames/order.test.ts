// Frames arrive in any order and more than once; they are shown once and in order.
import { expect, it } from "vitest";
import { inOrder, type Numbered } from "./order";

function watch() {
  const shown: string[] = [];
  const gaps: string[] = [];
  const order = inOrder<Numbered>(
    ({ pageLoad, seq }) => shown.push(`${pageLoad}:${seq}`),
    (pageLoad, after) => gaps.push(`${pageLoad}>${after}`),
  );
  const take = (seq: number, { full = false, pageLoad = 1 } = {}) => order.take({ pageLoad, seq, full });
  return { shown, gaps, take, reset: order.reset };
}

it("a late joiner begins at the full snapshot, whatever its seq", () => {
  const { shown, gaps, take } = watch();
  take(40, { full: true });
  take(41);
  expect(shown).toEqual(["1:40", "1:41"]);
  expect(gaps).toEqual([]);
});

it("a frame that comes twice is shown once", () => {
  const { shown, take } = watch();
  take(1, { full: true });
  take(2);
  take(2);
  take(1, { full: true });
  expect(shown).toEqual(["1:1", "1:2"]);
});

it("a gap is asked for once, and what came after it waits until it is mended", () => {
  const { shown, gaps, take } = watch();
  take(1, { full: true });
  take(3);
  take(4);
  expect(shown).toEqual(["1:1"]);
  expect(gaps).toEqual(["1>1"]);
  take(2);
  expect(shown).toEqual(["1:1", "1:2", "1:3", "1:4"]);
});

it("a second gap is asked for again", () => {
  const { shown, gaps, take } = watch();
  take(1, { full: true });
  take(3);
  take(5);
  take(2);
  expect(shown).toEqual(["1:1", "1:2", "1:3"]);
  expect(gaps).toEqual(["1>1", "1>3"]);
});

it("a newer full snapshot ends the waiting", () => {
  const { shown, take } = watch();
  take(1, { full: true });
  take(3);
  take(7, { full: true });
  take(8);
  take(2);
  expect(shown).toEqual(["1:1", "1:7", "1:8"]);
});

it("what waits after a full snapshot that comes late follows it", () => {
  const { shown, gaps, take } = watch();
  take(2);
  expect(gaps).toEqual(["1>0"]);
  take(1, { full: true });
  expect(shown).toEqual(["1:1", "1:2"]);
});

it("page loads are numbered apart", () => {
  const { shown, gaps, take } = watch();
  take(1, { full: true });
  take(1, { full: true, pageLoad: 2 });
  take(2);
  take(2, { pageLoad: 2 });
  expect(shown).toEqual(["1:1", "2:1", "1:2", "2:2"]);
  expect(gaps).toEqual([]);
});

it("after a reset everything is new", () => {
  const { shown, take, reset } = watch();
  take(1, { full: true });
  reset();
  take(1, { full: true });
  expect(shown).toEqual(["1:1", "1:1"]);
});
