// A person's colour: the same on every screen and on every day.

/** White text reads on each of them (at least 4.5 : 1). */
export const COLOURS = ["#4f46c8", "#0b6e4f", "#a8321f", "#1559b0", "#8a3a9c", "#855000", "#0e6f80", "#9c2f5d"] as const;

export function colourOf(staff: string): string {
  let hash = 0;
  for (const letter of staff) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return COLOURS[hash % COLOURS.length] ?? COLOURS[0];
}
