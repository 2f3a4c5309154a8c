// What the browser keeps, or cannot.
import { expect, test } from "vitest";
import { keptIn } from "./kept";

function storage(first: Record<string, string> = {}, fails: (does: string) => boolean = () => false) {
  const held = new Map(Object.entries(first));
  const checked = <T>(does: string, answer: () => T): T => {
    if (fails(does)) throw new DOMException("no", "QuotaExceededError");
    return answer();
  };
  return {
    held,
    get length() {
      return checked("length", () => held.size);
    },
    key: (n: number) => checked("key", () => [...held.keys()][n] ?? null),
    getItem: (key: string) => checked("getItem", () => held.get(key) ?? null),
    setItem: (key: string, text: string) => checked("setItem", () => void held.set(key, text)),
    removeItem: (key: string) => checked("removeItem", () => void held.delete(key)),
  };
}

test("what the browser cannot keep is kept for this page, and nothing throws", () => {
  const without = () => {
    throw new DOMException("no", "SecurityError");
  };
  for (const open of [without, () => undefined as never, () => storage({}, () => true) as never, () => storage({}, (does) => does === "setItem") as never]) {
    const kept = keptIn(open);
    expect(kept.getItem("a")).toBeNull();
    kept.setItem("a", "1");
    expect(kept.getItem("a")).toBe("1");
    kept.bind("x.", "v1");
    kept.setItem("x.draft", "half");
    kept.bind("x.", "v1");
    expect(kept.getItem("x.draft")).toBe("half");
    kept.bind("x.", "v2");
    expect(kept.getItem("x.draft")).toBeNull();
    kept.setItem("a", null);
    expect(kept.getItem("a")).toBeNull();
  }
});

test("a storage that is full now and has room later goes on with the newest", () => {
  let full = false;
  const real = storage({}, (does) => full && does === "setItem");
  const kept = keptIn(() => real as never);
  kept.setItem("a", "1");
  full = true;
  kept.setItem("a", "2");
  expect(kept.getItem("a")).toBe("2");
  full = false;
  kept.setItem("a", "3");
  expect([kept.getItem("a"), real.held.get("a")]).toEqual(["3", "3"]);
});

test("a new visit starts empty; what is not under the prefix stays", () => {
  const real = storage({ "lockstep.demo": "visit", "lockstep.demo.of": "v1", "lockstep.demo.draft.say": "of Ada", "lockstep.demo.away": "[]", "lockstep.other.away": "[1]", basket: "3" });
  const kept = keptIn(() => real as never);
  kept.bind("lockstep.demo.", "v1");
  expect(kept.getItem("lockstep.demo.draft.say")).toBe("of Ada");
  kept.bind("lockstep.demo.", "v2");
  expect(Object.fromEntries(real.held)).toEqual({ "lockstep.demo": "visit", "lockstep.demo.of": "v2", "lockstep.other.away": "[1]", basket: "3" });
});
