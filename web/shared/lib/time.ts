// Times as people need them: ages, countdowns, and the exact instant with its zone.
import { locale, say } from "../words/say";

/** Rounded the way one would say it: `12 s`, `4 min`, `2 h 5 min`, `3 days`. */
export function ageWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return say("staff.time.seconds", { seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return say("staff.time.minutes", { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return say("staff.time.hours", { hours, minutes: minutes % 60 });
  return say("staff.time.days", { count: Math.floor(hours / 24) });
}

/** Exact, for what is watched: `0:07`, `4:31`, `1:02:05`. */
export function clockWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** What is left until a deadline, rounded up so that `0:00` means it is over. */
export function leftWords(milliseconds: number): string {
  return clockWords(Math.ceil(Math.max(0, milliseconds) / 1000) * 1000);
}

/** The time of day, with the date when it is not today. */
export function timeWords(instant: string | number | Date, now: Date = new Date()): string {
  const at = new Date(instant);
  const time = at.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === now.toDateString()) return time;
  const date = at.toLocaleDateString(locale(), { weekday: "short", day: "numeric", month: "short" });
  return say("staff.time.day", { day: date, time });
}

/** Time of day to the second: `14:03:22`. */
export function secondWords(instant: string | number | Date): string {
  return new Date(instant).toLocaleTimeString(locale());
}

/** The exact instant and zone, for hovering. */
export function exactWords(instant: string | number | Date): string {
  return new Date(instant).toLocaleString(locale(), {
    dateStyle: "full",
    timeStyle: "long",
  });
}

/** A wait that is estimated: `20 s`, `about 4 min`. */
export function waitWords(seconds: number): string {
  if (seconds < 60) return say("staff.time.seconds", { seconds: Math.max(0, Math.round(seconds)) });
  return say("staff.time.about", { time: say("staff.time.minutes", { minutes: Math.round(seconds / 60) }) });
}

/** A time that was measured, to the second: `20 s`, `4:10`. */
export function measuredWords(seconds: number): string {
  return seconds < 60 ? say("staff.time.seconds", { seconds: Math.max(0, Math.round(seconds)) }) : clockWords(Math.round(seconds) * 1000);
}
