// Which key means which act.
import { expect, it } from "vitest";
import { keyOf, meant } from "./shortcuts";

const press = (key: string, more: Partial<Parameters<typeof keyOf>[0]> = {}) => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

it("single keys act unless one types", () => {
  expect(meant(press("h"), false, true)).toBe("h");
  expect(meant(press("H"), false, true)).toBe("h");
  expect(meant(press("h"), true, true)).toBeUndefined();
});

it("Alt with the key acts also while one types, whatever the keyboard writes with it", () => {
  expect(meant(press("h", { altKey: true }), true, true)).toBe("h");
  expect(meant(press("˙", { altKey: true, code: "KeyH" }), true, false)).toBe("h");
});

it("with single keys off only ? and named keys are left", () => {
  expect(meant(press("h"), false, false)).toBeUndefined();
  expect(meant(press("?"), false, false)).toBe("?");
  expect(meant(press("Escape"), false, false)).toBe("Escape");
});

it("the browser's own keys are not taken", () => {
  expect(keyOf(press("f", { ctrlKey: true }))).toBe("Mod+f");
  expect(keyOf(press("r", { metaKey: true }))).toBe("Mod+r");
});
