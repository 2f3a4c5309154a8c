// Measuring a line: the same file again and again, counted; the clock and the download are given from outside.

export interface Line {
  /** Milliseconds that only grow. */
  now(): number;
  /** Gets the file once and says how many bytes came. */
  download(): Promise<number>;
}

export interface Result {
  mbits: number;
  /** Median time until the whole of a small answer is there. */
  delayMs: number;
}

const warm_ups = 5;
const measure_ms = 5_000;
const downloads_max = 2_000;
const at_once = 4;

export const megabitsPerSecond = (bytes: number, ms: number): number => (ms <= 0 ? 0 : (bytes * 8) / 1_000 / ms);

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** Tells how it is going after every download. */
export async function measure({ now, download }: Line, going: (mbits: number, share: number) => void): Promise<Result> {
  const delays: number[] = [];
  for (let each = 0; each < warm_ups; each += 1) {
    const asked = now();
    await download();
    delays.push(now() - asked);
  }
  const start = now();
  let [bytes, downloads] = [0, 0];
  const lane = async () => {
    while (now() - start < measure_ms && downloads < downloads_max) {
      downloads += 1;
      const came = await download();
      bytes += came;
      going(megabitsPerSecond(bytes, now() - start), Math.min(1, (now() - start) / measure_ms));
    }
  };
  await Promise.all(Array.from({ length: at_once }, lane));
  return { mbits: megabitsPerSecond(bytes, now() - start), delayMs: median(delays) };
}

/** What the gauge shows, from 1 to 10,000 Mbit/s. */
export const marks = [1, 10, 100, 1_000, 10_000] as const;

/** 0 to 1 along the gauge: each step is ten times the one before. */
export function share(mbits: number): number {
  return Math.min(1, Math.max(0, Math.log10(Math.max(mbits, 1)) / Math.log10(marks[marks.length - 1] ?? 10)));
}

export function enoughFor(mbits: number): string {
  if (mbits >= 850) return "everything that Fibre 1000 promises";
  if (mbits >= 225) return "a full house and a home office";
  if (mbits >= 45) return "two people who stream";
  if (mbits >= 5) return "one film at a time";
  return "mail and the news";
}

export const shown = (mbits: number): string => (mbits > 0 && mbits < 10 ? mbits.toFixed(1) : Math.round(mbits).toLocaleString("en-GB"));
