// Where the customer has scrolled to. What is told may come before what makes room for it: the window's new size comes
// later than the scroll that it brought about, and sheets and pictures load here in their own time. So each place is kept.
import { isRecord, SOURCE, TYPE, type Event } from "../frames/events";

/** Boxes whose place is kept; of further ones it is where it was put once. */
const KEPT_MAX = 100;

interface Place {
  x: number;
  y: number;
}

export interface Scrolls {
  /** After an event has been applied. */
  note(event: Event): void;
  /** After some have been applied, and when there may be more room. */
  settle(): void;
}

/** `page` is the document in the frame. */
export function openScrolls(page: () => Document | null, nodeOf: (id: number) => Node | null): Scrolls {
  let places = new Map<Node, Place>();

  const keep = (node: Node | null, x: unknown, y: unknown) => {
    if (node === null) return;
    places.delete(node);
    const place = { x: Number(x) || 0, y: Number(y) || 0 };
    // Nothing is scrolled to its beginning by chance.
    if ((place.x !== 0 || place.y !== 0) && places.size < KEPT_MAX) places.set(node, place);
  };
  const settle = () => {
    for (const [node, { x, y }] of places) {
      const box = node === page() ? (node as Document).scrollingElement : (node as Element);
      if (!node.isConnected || box === null) places.delete(node);
      else if (Math.abs(box.scrollLeft - x) >= 1 || Math.abs(box.scrollTop - y) >= 1) box.scrollTo({ left: x, top: y, behavior: "instant" });
    }
  };
  const room = new ResizeObserver(settle);

  return {
    note({ type, data }) {
      if (type === TYPE.full) {
        places = new Map();
        room.disconnect();
        const at = data.initialOffset;
        if (isRecord(at)) keep(page(), at.left, at.top);
        const root = page()?.documentElement;
        if (root != null) room.observe(root);
      } else if (data.source === SOURCE.scroll && typeof data.id === "number") keep(nodeOf(data.id), data.x, data.y);
    },
    settle,
  };
}
