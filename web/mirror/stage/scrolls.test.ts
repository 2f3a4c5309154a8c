import { afterEach, expect, test, vi } from "vitest";
import { SOURCE, TYPE } from "../frames/events";
import { openScrolls } from "./scrolls";

afterEach(() => vi.unstubAllGlobals());

/** Something that scrolls as far as there is room. */
function boxOf() {
  const box = {
    isConnected: true,
    room: 100,
    scrollLeft: 0,
    scrollTop: 0,
    scrollTo: ({ left, top }: { left: number; top: number }) => {
      box.scrollLeft = left;
      box.scrollTop = Math.min(top, box.room);
    },
  };
  return box;
}
function scrolls() {
  const box = boxOf();
  const page = { isConnected: true, scrollingElement: box, documentElement: {} };
  let grown: () => void = () => undefined;
  vi.stubGlobal("ResizeObserver", class {
    constructor(work: () => void) {
      grown = work;
    }
    observe() {}
    disconnect() {}
  });
  const opened = openScrolls(() => page as unknown as Document, (id) => (id === 1 ? page : null) as unknown as Node);
  const told = (y: number) => {
    opened.note({ type: TYPE.incremental, timestamp: 0, data: { source: SOURCE.scroll, id: 1, x: 0, y } });
    box.scrollTo({ left: 0, top: y });
    opened.settle();
  };
  return { box, opened, told, grow: () => grown() };
}

test("a place that there is no room for yet is taken once there is", () => {
  const { box, opened, told, grow } = scrolls();
  told(146);
  expect(box.scrollTop).toBe(100);
  box.room = 200;
  opened.settle();
  expect(box.scrollTop).toBe(146);
  told(180);
  box.scrollTop = 20;
  grow();
  expect(box.scrollTop).toBe(180);
});

test("where a page began is kept too, until it is another page", () => {
  const { box, opened } = scrolls();
  opened.note({ type: TYPE.full, timestamp: 0, data: { initialOffset: { left: 0, top: 150 } } });
  opened.settle();
  expect(box.scrollTop).toBe(100);
  box.room = 300;
  opened.settle();
  expect(box.scrollTop).toBe(150);
  opened.note({ type: TYPE.full, timestamp: 0, data: { initialOffset: { left: 0, top: 0 } } });
  box.scrollTop = 7;
  opened.settle();
  expect(box.scrollTop).toBe(7);
});

test("what is scrolled back to its beginning stays there", () => {
  const { box, opened, told } = scrolls();
  told(60);
  told(0);
  box.room = 500;
  opened.settle();
  expect(box.scrollTop).toBe(0);
});
