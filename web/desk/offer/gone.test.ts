// An offer that goes by itself is told once, in the right words.
import { expect, it } from "vitest";
import { markAnswered, newsOfGone } from "./gone";

const NOW = Date.parse("2026-01-01T10:00:20Z");
const offer = { reservation: "r", contact: "c", until: "2026-01-01T10:00:20Z", name: "Ben", call: false };

it("a lapsed offer was missed, an earlier end means that it was taken back", () => {
  expect(newsOfGone([offer], [], [], NOW)).toEqual(["You missed a chat with Ben. It's back in the queue."]);
  expect(newsOfGone([offer], [], [], NOW - 5_000)).toEqual(["The offer for Ben was withdrawn."]);
});

it("what is still there, mine now, or answered by me is no news", () => {
  expect(newsOfGone([offer], [offer], [], NOW)).toEqual([]);
  expect(newsOfGone([offer], [], [{ contact: "c" }], NOW)).toEqual([]);
  markAnswered("answered");
  expect(newsOfGone([{ ...offer, reservation: "answered" }], [], [], NOW)).toEqual([]);
});
