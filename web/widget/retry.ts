// How long to wait before trying again.

const first_ms = 250;
export const longest_ms = 10_000;

/** Doubles from a quarter of a second to ten seconds; up to a quarter is taken off at random so that clients spread. */
export function backoff_ms(failures: number, chance: number = Math.random()): number {
  const full = Math.min(longest_ms, first_ms * 2 ** Math.min(failures, 10));
  return full * (1 - chance / 4);
}
