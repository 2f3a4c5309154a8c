// @vitest-environment happy-dom
// What the page makes of what components say.
import { expect, test } from "vitest";
import { jsx, show } from "./jsx-runtime";

test("what a handler returns never prevents what a key does", () => {
  let heard = 0;
  const onKeyDown = (event: KeyboardEvent) => {
    heard += 1;
    return event.key === "Escape";
  };
  show(document.body, jsx("textarea", { onKeyDown }));
  const field = document.querySelector("textarea");
  const keys = ["a", "Tab", "Enter", " ", "Escape"];
  for (const key of keys) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    expect(field?.onkeydown?.(event)).toBeUndefined();
  }
  expect(heard).toBe(keys.length);
});

test("a handler that is no longer given is no longer called", () => {
  let pressed = 0;
  show(document.body, jsx("button", { onClick: () => (pressed += 1) }));
  show(document.body, jsx("button", { onClick: undefined }));
  document.querySelector("button")?.click();
  expect(pressed).toBe(0);
});
