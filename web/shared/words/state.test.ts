// Codes become words.
import { expect, it } from "vitest";
import { humanise, initials, plural } from "./state";

it("codes of any spelling read as words", () => {
  expect(humanise("not_reached")).toBe("Not reached");
  expect(humanise("AgentConnected")).toBe("Agent connected");
  expect(humanise("solved")).toBe("Solved");
});

it("counts take the right noun", () => {
  expect(plural(1, "contact")).toBe("1 contact");
  expect(plural(0, "contact")).toBe("0 contacts");
  expect(plural(2, "reply", "replies")).toBe("2 replies");
});

it("a name has two letters, whatever it is", () => {
  expect(initials("Dana")).toBe("DA");
  expect(initials("Noor van Dijk")).toBe("ND");
  expect(initials(null)).toBe("?");
  expect(initials("Ada 👩‍👩‍👧‍👦")).toBe("AD");
  expect(initials("👩‍👩‍👧‍👦 🔥")).toBe("👩‍👩‍👧‍👦");
  expect(initials("(Ada) \u202eByron")).toBe("AB");
  expect(initials("e\u0301mile 𠮷田")).toBe("E\u0301𠮷");
  expect(initials(" \u200b")).toBe("?");
});
