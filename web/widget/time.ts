// Instants and lengths of time in the words of somebody who waits.
import { locale, say } from "../shared/words/say";

const minute = 60;
const hour = 60 * minute;

/** Whole minutes, as one would say it. */
export const minutesOf = (seconds: number): number => Math.round(seconds / minute);

/** `Less than a minute`, `About 4 minutes`, `About 1 h 10 min`. */
export function inWords(seconds: number): string {
  if (seconds < minute) return say("widget.time.soon");
  const count = minutesOf(seconds);
  if (count < 60) return say("widget.time.minutes", { count });
  const [hours, minutes] = [Math.floor(count / 60), count % 60];
  return minutes === 0 ? say("widget.time.hours", { count: hours }) : say("widget.time.long", { hours, minutes });
}

/** The time alone if it is today for the reader, else with the day. */
export function clockTime(instant: string | number, now: number = Date.now(), zone?: string): string {
  const at = new Date(instant);
  const day = (when: Date) => when.toLocaleDateString(locale(), { timeZone: zone });
  const time = at.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", timeZone: zone });
  if (day(at) === day(new Date(now))) return time;
  return `${at.toLocaleDateString(locale(), { weekday: "short", day: "numeric", month: "short", timeZone: zone })}, ${time}`;
}

/** The instant in a sentence: `at 15:45`, `on Tue 1 Dec at 15:45`. */
export function when(instant: string | number, now: number = Date.now()): string {
  const at = new Date(instant);
  const time = at.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === new Date(now).toDateString()) return say("widget.time.at", { time });
  return say("widget.time.on", { day: at.toLocaleDateString(locale(), { weekday: "short", day: "numeric", month: "short" }), time });
}

/** IANA name of the reader's zone. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** An instant from the fields of a date and a time input, both in the reader's zone; null while incomplete. */
export function instantOf(date: string, time: string): string | null {
  const at = new Date(`${date}T${time}`);
  return date === "" || time === "" || Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** The values that date and time inputs take for an instant. */
export function fieldsOf(instant: string | number): { date: string; time: string } {
  const at = new Date(instant);
  const two = (part: number) => String(part).padStart(2, "0");
  return {
    date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}:${two(at.getMinutes())}`,
  };
}

/** The next full hour at least one hour ahead: a polite first proposal for a call. */
export function proposal(now: number = Date.now()): { date: string; time: string } {
  return fieldsOf(Math.ceil((now + hour * 1000) / (hour * 1000)) * hour * 1000);
}
