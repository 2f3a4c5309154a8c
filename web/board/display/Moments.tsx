// What was said and decided, as a list that goes along with the replay; a click jumps there.
import { useEffect, useRef } from "preact/hooks";
import { firstAfter } from "../../shared/display/playhead";
import { secondWords } from "../../shared/lib/time";
import { sentence } from "../../shared/ui/States";
import { lanes, type Mark } from "./marks";

const labels = Object.fromEntries(lanes.map(({ lane, label }) => [lane, label]));

export function Moments({ marks, at, go }: { marks: readonly Mark[]; at: number; go: (at: number) => void }) {
  const list = useRef<HTMLOListElement>(null);
  const current = firstAfter(
    marks.map((mark) => mark.at),
    at,
  ) - 1;
  useEffect(() => list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }), [current]);
  return (
    <aside class="moments" aria-label="What happened">
      <ol ref={list}>
        {marks.map((mark, index) => (
          <li key={mark.key}>
            <button type="button" aria-current={index === current ? "true" : undefined} data-ahead={index > current} onClick={() => go(mark.at)}>
              <span class="moments-at tabular">{secondWords(mark.at)}</span>
              <span class="moments-words">
                <span>
                  {mark.by} · {labels[mark.lane]}
                </span>
                {mark.lane === "chat" ? mark.text : sentence(mark.text)}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </aside>
  );
}
