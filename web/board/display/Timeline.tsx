// The timeline of a replay: play, speed, where it stands, and a lane for each kind of thing that happened.
import { SPEEDS } from "../../shared/display/playhead";
import type { Playhead } from "../../shared/display/usePlayhead";
import { clockWords, secondWords } from "../../shared/lib/time";
import { Button, IconButton } from "../../shared/ui/Button";
import { lanes, type Mark } from "./marks";

interface Props {
  head: Playhead;
  begin: number;
  end: number;
  marks: readonly Mark[];
  /** When the page was seen to change. */
  instants: readonly number[];
  whole: boolean;
}

/** As many steps as the band of activity shows. */
const STEPS = 240;

export function Timeline({ head, begin, end, marks, instants, whole }: Props) {
  const length = Math.max(1, end - begin);
  const place = (at: number) => `${(((at - begin) / length) * 100).toFixed(3)}%`;
  return (
    <section class="reel" aria-label="Timeline">
      <div class="reel-acts">
        <IconButton small icon={head.playing ? "pause" : "play"} label={head.playing ? "Pause (space)" : "Play (space)"} onClick={() => head.play(!head.playing)} />
        <span class="reel-at tabular" title={secondWords(head.at)}>
          {clockWords(head.at - begin)} / {clockWords(length)}
        </span>
        <div class="reel-speeds" role="radiogroup" aria-label="Speed">
          {SPEEDS.map((speed) => (
            <Button key={speed} small kind="quiet" role="radio" aria-checked={head.speed === speed} onClick={() => head.setSpeed(speed)}>
              ×{speed}
            </Button>
          ))}
        </div>
        <span class="reel-note">{whole ? "Times in which nothing happens are shortened" : "Still reading the recording"}</span>
      </div>
      <div class="reel-lanes">
        <div class="reel-lane">
          <span>Page</span>
          <div class="reel-track">
            {steps(instants, begin, length).map((step) => (
              <i key={step} class="reel-activity" style={{ left: `${(step / STEPS) * 100}%`, width: `${100 / STEPS}%` }} />
            ))}
          </div>
        </div>
        {lanes.map(({ lane, label }) => (
          <div key={lane} class="reel-lane">
            <span>{label}</span>
            <div class="reel-track">
              {marks
                .filter((mark) => mark.lane === lane)
                .map((mark) => (
                  <button
                    key={mark.key}
                    type="button"
                    tabIndex={-1}
                    class={`reel-mark reel-${lane}`}
                    style={{ left: place(mark.at) }}
                    title={`${secondWords(mark.at)} ${mark.by}: ${mark.text}`}
                    aria-label={`${label}, ${secondWords(mark.at)}: ${mark.text}`}
                    onClick={() => head.go(mark.at)}
                  />
                ))}
            </div>
          </div>
        ))}
        <div class="reel-lane reel-seek">
          <span />
          <div class="reel-track">
            <i class="reel-head" style={{ left: place(head.at) }} />
            <input
              type="range"
              aria-label="Seek"
              aria-valuetext={secondWords(head.at)}
              min={begin}
              max={end}
              step={50}
              value={head.at}
              onInput={(event) => head.go(Number(event.currentTarget.value))}
            />
          </div>
        </div>
      </div>
    </section>
  );
}

/** The steps of the band in which something changed. */
function steps(instants: readonly number[], begin: number, length: number): number[] {
  const found = new Set<number>();
  for (const at of instants) found.add(Math.min(STEPS - 1, Math.floor(((at - begin) / length) * STEPS)));
  return [...found];
}
