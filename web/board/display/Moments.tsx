// What was said and decided, as a list that goes along with the replay; a click jumps there.
import { useEffect, useRef } from "preact/hooks";
import { firstAfter } from "../../shared/display/playhead";
import { secondWords } from "../../shared/lib/time";
import { say } from "../../shared/words/say";
import type { Mark } from "./marks";

export function Moments({ marks, at, go }: { marks: readonly Mark[]; at: number; go: (at: number) => void }) {
  const list = useRef<HTMLOListElement>(null);
  const current = firstAfter(
    marks.map((mark) => mark.at),
    at,
  ) - 1;
  useEffect(() => list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }), [current]);
  return (
    <aside class="moments" aria-label={say("board.replay.what")}>
      <ol ref={list}>
        {marks.map((mark, index) => (
          <li key={mark.key}>
            <button type="button" aria-current={index === current ? "true" : undefined} data-ahead={index > current} onClick={() => go(mark.at)}>
              <span class="moments-at tabular">{secondWords(mark.at)}</span>
              <span class="moments-words">
                <span>{say("board.replay.by", { by: mark.by, lane: say(`board.lane.${mark.lane}`) })}</span>
                <span dir="auto">{mark.text}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </aside>
  );
}
