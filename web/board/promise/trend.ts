// The last hours of service level and waiting customers, as this screen has seen them; kept over a reload.

export interface Sample {
  /** Seconds since 1970. */
  at: number;
  level: number | null;
  waiting: number;
}

const EVERY_S = 10;
const SAMPLES_MAX = 1_440;
const KEPT_AS = "lockstep.trend";

/** Adds a sample, or replaces the last one when it is too fresh to stand beside it. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  const before = last !== undefined && sample.at < last.at ? [] : samples;
  const previous = before.at(-2);
  const replaces = previous !== undefined && last !== undefined && last.at - previous.at < EVERY_S;
  return [...(replaces ? before.slice(0, -1) : before), sample].slice(-SAMPLES_MAX);
}

export function keptSamples(formula: string): Sample[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(`${KEPT_AS}.${formula}`) ?? "[]") as Sample[];
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

export function keepSamples(formula: string, samples: readonly Sample[]): void {
  sessionStorage.setItem(`${KEPT_AS}.${formula}`, JSON.stringify(samples));
}
