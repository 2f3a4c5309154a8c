import { afterEach, expect, test, vi } from "vitest";
import { keepingFocus } from "./focus";

afterEach(() => vi.unstubAllGlobals());

function page() {
  const tools = { focus: vi.fn() };
  const frame = { isConnected: true };
  const within = { contains: (one: unknown) => one === frame } as unknown as Element;
  const body = {};
  const there = { body, activeElement: frame as unknown, getElementById: (id: string) => (id === "tools" ? tools : null) };
  vi.stubGlobal("document", there);
  return { tools, frame, within, there };
}

test("what had the focus is taken away: the tools have it", () => {
  const { tools, frame, within } = page();
  keepingFocus(within, () => (frame.isConnected = false));
  expect(tools.focus).toHaveBeenCalledTimes(1);
});

test("what has the focus elsewhere keeps it", () => {
  const { tools, frame, within, there } = page();
  keepingFocus(within, () => undefined);
  there.activeElement = there.body;
  keepingFocus(within, () => (frame.isConnected = false));
  there.activeElement = {};
  keepingFocus(within, () => (frame.isConnected = false));
  expect(tools.focus).not.toHaveBeenCalled();
});
