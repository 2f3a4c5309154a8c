import { expect, test } from "vitest";
import { tabOf, type TabWorld } from "./tab";

/** Tabs that hear each other at once. */
function tabs(...names: string[]) {
  const channels: TabWorld["channel"][] = [];
  let now = 0;
  const active = new Map<string, boolean>();
  const made = names.map((tab) => {
    const channel: TabWorld["channel"] = {
      onmessage: null,
      postMessage: (data) => channels.forEach((other) => other !== channel && other.onmessage?.({ data })),
    };
    channels.push(channel);
    return tabOf({ channel, tab, now: () => now, onChange: (is) => void active.set(tab, is) });
  });
  return { made, active, pass: () => void (now += 1) };
}

test("the tab that was used last is the one that is shown", () => {
  const { made: [one, other], active, pass } = tabs("a", "b");
  one?.claim();
  pass();
  other?.claim();
  expect([active.get("a"), active.get("b")]).toEqual([false, true]);
  pass();
  one?.claim();
  expect([one?.active, other?.active]).toEqual([true, false]);
});

test("of two that claim in the same instant exactly one is shown", () => {
  const { made: [one, other] } = tabs("a", "b");
  one?.claim();
  other?.claim();
  expect([one?.active, other?.active]).toEqual([false, true]);
});
