// The live edge, and the way back from it: drag to an earlier instant, play on from there, or return to now.
import { useRef, useState } from "preact/hooks";
import { useShortcut, type Group } from "../lib/shortcuts";
import { clockWords, secondWords } from "../lib/time";
import { serverNow, now as tick } from "../live/clock";
import { Button, IconButton } from "../ui/Button";
import { notify } from "../ui/Toast";
import { say } from "../words/say";
import { readEarlier } from "./earlier";
import type { DisplayNow } from "./useDisplay";
import { usePlayhead, type Playhead } from "./usePlayhead";

/** So near to now is now. */
const EDGE_MS = 250;
const STEP_MS = 50;
/** While it is not used, the slider moves on with each second only. */
const LIVE_STEP_MS = 1_000;

interface Props {
  contact: string;
  now: DisplayNow;
  group: Group;
  /** Whether the live edge is shown. */
  live: boolean;
  setLive: (live: boolean) => void;
}

export function Rewind({ contact, now, group, live, setLive }: Props) {
  const [begin, setBegin] = useState<number>();
  const loaded = useRef(false);
  const span = now.span.value;
  // Read so that the edge moves on.
  void tick.value;
  const latest = Math.max(span?.last ?? 0, Math.round(serverNow()));
  const from = begin ?? span?.first ?? latest;
  // On a step, so that the slider reaches it.
  const step = live ? LIVE_STEP_MS : STEP_MS;
  const edge = from + Math.ceil((latest - from) / step) * step;
  const backToLive = () => {
    head.play(false);
    setLive(true);
    now.send({ type: "seek", at: null });
  };
  const head: Playhead = usePlayhead(from, edge, now.activity, (at) => {
    // Who plays on until now is live again.
    if (head.playing && at >= edge - EDGE_MS) backToLive();
    else now.send({ type: "seek", at });
  });

  /** What was before this screen joined is read when somebody wants to see it. */
  const loadEarlier = async () => {
    const first = now.firstFrame();
    if (loaded.current || first === undefined) return;
    loaded.current = true;
    try {
      const frames = await readEarlier(contact, first);
      now.send({ type: "earlier", frames });
      now.activity.unshift(...frames.map((frame) => Date.parse(frame.at)));
      if (frames[0]) setBegin(Date.parse(frames[0].at));
    } catch {
      loaded.current = false;
      notify("warn", say("view.rewind.failed"));
    }
  };
  const goTo = (at: number) => {
    if (live) setLive(false);
    void loadEarlier();
    head.go(at);
  };
  useShortcut({ keys: "r", does: say("view.rewind.keys"), group, when: !live }, backToLive);
  const at = live ? edge : head.at;
  return (
    <div class="rewind" data-live={live}>
      <IconButton
        small
        icon={head.playing && !live ? "pause" : "play"}
        label={head.playing && !live ? say("view.rewind.pause") : say("view.rewind.play")}
        disabled={live}
        onClick={() => head.play(!head.playing)}
      />
      <input
        type="range"
        aria-label={say("view.rewind.title")}
        aria-valuetext={live ? say("view.rewind.live") : secondWords(at)}
        min={from}
        max={edge}
        step={STEP_MS}
        value={at}
        disabled={span === undefined}
        onPointerDown={() => void loadEarlier()}
        onInput={(event) => {
          const to = Number(event.currentTarget.value);
          if (to >= edge - EDGE_MS) backToLive();
          else goTo(to);
        }}
      />
      {!live && <span class="rewind-at tabular">{say("view.rewind.before", { time: clockWords(edge - at) })}</span>}
      <Button small kind={live ? "quiet" : "primary"} disabled={live} onClick={backToLive} class="rewind-live">
        {say("view.rewind.live")}
      </Button>
    </div>
  );
}
