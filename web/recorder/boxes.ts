// Keeps the boxes on the other side as large as what they stand for.
import { boxStyle, hasRoom } from "./mask/box";
import { kind, source, type Nodes, type RecordedEvent } from "./rrweb";

/** Boxes that are watched at once; the size of further ones is what it was when they were recorded. */
const watched_max = 200;

export interface Boxes {
  /** This element has been put down as a box. */
  add(element: Element): void;
  has(element: Element): boolean;
  stop(): void;
}

export function boxesTo(nodes: Nodes, emit: (event: RecordedEvent) => void): Boxes {
  const sent = new WeakMap<Element, string>();
  const watched = new Set<Element>();
  const observer = new ResizeObserver((entries) => {
    const attributes = entries.flatMap(({ target }) => {
      if (!target.isConnected) {
        observer.unobserve(target);
        watched.delete(target);
        return [];
      }
      const style = boxStyle(target);
      if (sent.get(target) === style) return [];
      sent.set(target, style);
      const id = nodes.getId(target);
      return id > 0 ? [{ id, attributes: { style } }] : [];
    });
    if (attributes.length === 0) return;
    emit({ type: kind.incremental, timestamp: Date.now(), data: { source: source.mutation, adds: [], removes: [], texts: [], attributes } });
  });
  return {
    add(element) {
      sent.set(element, boxStyle(element));
      if (!hasRoom(element) || watched.has(element) || watched.size >= watched_max) return;
      watched.add(element);
      observer.observe(element);
    },
    has: (element) => sent.has(element),
    stop: () => observer.disconnect(),
  };
}
