// The picture of an instant is the last full snapshot before it, and what followed on that page.
import { expect, it } from "vitest";
import { append, emptyHistory, nextMoment, prepend, type Moment } from "./history";

/** `F` is full; a letter in front names the page load. */
function historyOf(...moments: [at: number, what: string][]) {
  const history = emptyHistory<Moment & { name: string }>();
  for (const [at, what] of moments) {
    append(history, { pageLoad: what.charCodeAt(0), at, full: what.includes("F"), size: 10, name: `${what}${at}` });
  }
  return history;
}

/** Everything that is shown on the way. */
function path(history: ReturnType<typeof historyOf>, shown: number, until: number | null) {
  const names: string[] = [];
  let index = shown;
  for (let next = nextMoment(history, index, until); next !== undefined; next = nextMoment(history, index, until)) {
    names.push(history.moments[next]?.name ?? "");
    index = next;
  }
  return { names, index };
}

const talk = historyOf([1, "aF"], [2, "a"], [3, "a"], [4, "bF"], [5, "a"], [6, "b"], [7, "bF"], [8, "b"]);

it("live begins at the newest full snapshot", () => {
  expect(path(talk, -1, null).names).toEqual(["bF7", "b8"]);
});

it("an instant in the past is built from the full snapshot before it", () => {
  expect(path(talk, -1, 6).names).toEqual(["bF4", "b6"]);
  expect(path(talk, -1, 2).names).toEqual(["aF1", "a2"]);
});

it("what another page still says is not shown", () => {
  expect(path(talk, 3, 5).names).toEqual([]);
});

it("going on does not begin anew", () => {
  const { index } = path(talk, -1, 2);
  expect(path(talk, index, 3).names).toEqual(["a3"]);
});

it("going back does", () => {
  expect(path(talk, 2, 2).names).toEqual(["aF1", "a2"]);
});

it("before everything there is no picture", () => {
  expect(nextMoment(talk, -1, 0)).toBeUndefined();
});

it("what is too much goes from its beginning to the next full snapshot", () => {
  const history = historyOf([1, "aF"], [2, "a"], [3, "aF"]);
  const gone = append(history, { pageLoad: 97, at: 4, full: false, size: 10, name: "a4" }, 30);
  expect(gone).toBe(2);
  expect(path(history, -1, null).names).toEqual(["aF3", "a4"]);
});

it("what happened before can be put in front", () => {
  const history = historyOf([7, "bF"], [8, "b"]);
  expect(prepend(history, historyOf([1, "aF"], [2, "a"]).moments)).toBe(2);
  expect(path(history, 3, 2).names).toEqual(["aF1", "a2"]);
  expect(path(history, -1, null).names).toEqual(["bF7", "b8"]);
});
