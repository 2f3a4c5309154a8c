// Times that tick: an age, a deadline, an instant; the exact time and zone on hover.
import { ageWords, clockWords, exactWords, leftWords, timeWords } from "../lib/time";
import { now } from "../live/clock";
import { say } from "../words/say";
import "./time.css";

/** How long ago: `4 min`. */
export function Age({ since, exact = false }: { since: string; exact?: boolean }) {
  const age = now.value - Date.parse(since);
  return (
    <time class="tabular" dateTime={since} title={say("staff.time.since", { time: exactWords(since) })}>
      {exact ? clockWords(age) : ageWords(age)}
    </time>
  );
}

/** What is left: `0:12`. */
export function Until({ until }: { until: string }) {
  const left = Date.parse(until) - now.value;
  return (
    <time class="tabular" dateTime={until} title={say("staff.time.until", { time: exactWords(until) })}>
      {leftWords(left)}
    </time>
  );
}

/** The time of day: `14:03`. */
export function At({ at }: { at: string }) {
  return (
    <time class="tabular" dateTime={at} title={exactWords(at)}>
      {timeWords(at, new Date(now.value))}
    </time>
  );
}

/** A ring that empties until the deadline. `from` is when it was full. */
export function CountdownRing({ from, until, size = 88 }: { from: string; until: string; size?: number }) {
  const whole = Math.max(1, Date.parse(until) - Date.parse(from));
  const left = Math.max(0, Date.parse(until) - now.value);
  const share = Math.min(1, left / whole);
  const stroke = size / 14;
  const radius = (size - stroke) / 2;
  const round = 2 * Math.PI * radius;
  const tone = share < 0.25 ? "bad" : share < 0.5 ? "warn" : "accent";
  return (
    <div class={`ring ring-${tone}`} style={{ width: `${size}px`, height: `${size}px` }} role="timer" aria-label={say("staff.time.left", { time: leftWords(left) })}>
      <svg width={size} height={size} aria-hidden="true">
        <circle class="ring-track" cx={size / 2} cy={size / 2} r={radius} stroke-width={stroke} />
        <circle
          class="ring-left"
          cx={size / 2}
          cy={size / 2}
          r={radius}
          stroke-width={stroke}
          stroke-dasharray={round}
          stroke-dashoffset={round * (1 - share)}
          transform={`rotate(-90 ${size / 2} ${size / 2})`}
        />
      </svg>
      <span class="ring-words tabular" style={{ fontSize: `${size / 3.6}px` }}>
        {Math.ceil(left / 1000)}
      </span>
    </div>
  );
}
