// A playhead that moves by itself: playing, speed, and jumps.
import { useEffect, useRef, useState } from "preact/hooks";
import { advance, type Speed } from "./playhead";

const TICK_MS = 66;

export interface Playhead {
  /** Milliseconds of the server's time. */
  at: number;
  playing: boolean;
  speed: Speed;
  go: (at: number) => void;
  play: (on: boolean) => void;
  setSpeed: (speed: Speed) => void;
}

/** `moved` is told each new place. Stops at `end`. */
export function usePlayhead(begin: number, end: number, activity: readonly number[], moved: (at: number) => void): Playhead {
  const [at, setAt] = useState(begin);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);
  const now = useRef({ at, end, activity, moved });
  now.current = { ...now.current, end, activity, moved };
  const go = (to: number) => {
    const place = Math.min(now.current.end, Math.max(begin, to));
    now.current.at = place;
    setAt(place);
    now.current.moved(place);
  };
  useEffect(() => {
    if (!playing) return undefined;
    let before = performance.now();
    const timer = setInterval(() => {
      const time = performance.now();
      const { at: from, end: until, activity: instants } = now.current;
      go(advance(from, time - before, speed, instants, until));
      before = time;
      if (now.current.at >= until) setPlaying(false);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [playing, speed, begin]);
  return { at, playing, speed, go, play: setPlaying, setSpeed };
}
