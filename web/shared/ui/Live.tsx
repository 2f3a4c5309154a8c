// What changes is marked for a moment: a cell lights up, a counter rolls to its new figure.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./live.css";

/** Lights up when `of` is another value than before; never on first sight. */
export function Marked({ of, children }: { of: string | number | null | undefined; children: ComponentChildren }) {
  const element = useRef<HTMLSpanElement>(null);
  const before = useRef(of);
  useEffect(() => {
    if (before.current === of) return;
    before.current = of;
    const span = element.current;
    if (!span) return;
    span.classList.remove("marked");
    void span.offsetWidth;
    span.classList.add("marked");
  }, [of]);
  return (
    <span class="mark-ground" ref={element}>
      {children}
    </span>
  );
}

/** A number whose new figure rolls in. */
export function Counter({ value, words }: { value: number | null | undefined; words?: string }) {
  const shown = words ?? (value == null ? "–" : String(value));
  const before = useRef(value);
  const down = value != null && before.current != null && value < before.current;
  useEffect(() => {
    before.current = value;
  }, [value]);
  return (
    <span class="counter tabular">
      <span key={shown} class={down ? "counter-down" : "counter-up"}>
        {shown}
      </span>
    </span>
  );
}
