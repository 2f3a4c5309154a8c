// The server's time as far as this page knows it, ticking: ages and countdowns never trust the browser's clock.
import { signal } from "@preact/signals";

const TICK_MS = 250;

let offset = 0;

/** Milliseconds of the server's time, four times a second. */
export const now = signal(Date.now());

/** Takes the server's time from an answer that was made this moment. */
export function setServerNow(instant: string): void {
  const server = Date.parse(instant);
  if (Number.isNaN(server)) return;
  offset = server - Date.now();
  now.value = server;
}

/** Takes the time of what last happened: the server's clock is at least there. */
export function setServerAtLeast(instant: string): void {
  if (Date.parse(instant) > serverNow()) setServerNow(instant);
}

/** A local instant (milliseconds) as the server would say it. */
export function serverNow(): number {
  return Date.now() + offset;
}

if (typeof window !== "undefined") {
  setInterval(() => {
    now.value = serverNow();
  }, TICK_MS);
}
