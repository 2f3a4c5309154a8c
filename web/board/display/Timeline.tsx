// The timeline of a replay: play, speed, where it stands, and a lane for each kind of thing that happened.
import { SPEEDS } from "../../shared/display/playhead";
import type { Playhead } from "../../shared/display/usePlayhead";
import { clockWords, secondWords } from "../../shared/lib/time";
import { Button, IconButton } from "../../shared/ui/Button";
import { say } from "../../shared/words/say";
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
    <section class="reel" aria-label={say("board.replay.timeline")}>
      <div class="reel-acts">
        <IconButton small icon={head.playing ? "pause" : "play"} label={head.playing ? say("board.replay.pause") : say("board.replay.play")} onClick={() => head.play(!head.playing)} />
        <span class="reel-at tabular" title={secondWords(head.at)}>
          {say("board.replay.at", { at: clockWords(head.at - begin), length: clockWords(length) })}
        </span>
        <div class="reel-speeds" role="radiogroup" aria-label={say("board.replay.speed")}>
          {SPEEDS.map((speed) => (
            <Button key={speed} small kind="quiet" role="radio" aria-checked={head.speed === speed} onClick={() => head.setSpeed(speed)}>
              {say("board.replay.times", { speed })}
            </Button>
          ))}
        </div>
        <span class="reel-note">{whole ? say("board.replay.whole") : say("board.replay.still")}</span>
      </div>
      <div class="reel-lanes">
        <div class="reel-lane">
          <span>{say("board.replay.page")}</span>
          <div class="reel-track">
            {steps(instants, begin, length).map((step) => (
              <i key={step} class="reel-activity" style={{ left: `${(step / STEPS) * 100}%`, width: `${100 / STEPS}%` }} />
            ))}
          </div>
        </div>
        {lanes.map((lane) => (
          <div key={lane} class="reel-lane">
            <span>{say(`board.lane.${lane}`)}</span>
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
                    title={say("board.replay.mark", { time: secondWords(mark.at), by: mark.by, text: mark.text })}
                    aria-label={say("board.replay.markLabel", { lane: say(`board.lane.${lane}`), time: secondWords(mark.at), text: mark.text })}
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
              aria-label={say("board.replay.seek")}
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
