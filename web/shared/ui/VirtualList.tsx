// A long list of which only what is in sight exists; every row has the same height.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { useView } from "../lib/view";
import { inSight } from "../lib/window";
import "./virtual-list.css";

interface Props<Item> {
  items: readonly Item[];
  rowHeight: number;
  keyOf: (item: Item) => string;
  row: (item: Item, index: number) => ComponentChildren;
  label: string;
  head?: ComponentChildren;
}

export function VirtualList<Item>({ items, rowHeight, keyOf, row, label, head }: Props<Item>) {
  const box = useRef<HTMLDivElement>(null);
  const view = useView(box);
  const { first, last } = inSight(items.length, rowHeight, view.top, view.height);
  return (
    <div class="virtual" ref={box} role="table" aria-label={label} aria-rowcount={items.length + (head == null ? 0 : 1)} tabIndex={0}>
      {head != null && (
        <div class="virtual-head" role="rowgroup">
          {head}
        </div>
      )}
      <div class="virtual-all" role="rowgroup" style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(first, last).map((item, index) => (
          <div key={keyOf(item)} class="virtual-row" role="presentation" style={{ top: `${(first + index) * rowHeight}px`, height: `${rowHeight}px` }}>
            {row(item, first + index)}
          </div>
        ))}
      </div>
    </div>
  );
}
