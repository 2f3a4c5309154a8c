// The state of one shared widget: what the log says, and what this side has changed since.

export interface SharedState<State extends object> {
  /** What is shown. */
  readonly now: Readonly<State>;
  /** The same with the changes of this side that the log has not said yet. */
  readonly ahead: Readonly<State>;
  /** Takes in what the log says; false if it says nothing new. */
  take(said: unknown): boolean;
  /** A change of this side is under way. The answer gives up waiting for the log to say it. */
  begin(part: Partial<State>): () => void;
}

const kindOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

export const equal = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Only what has the shape of `initial` comes in: it was written by somebody else, perhaps by another version. */
function fitting<State extends object>(initial: State, said: unknown): State {
  const heard: Record<string, unknown> = kindOf(said) === "object" ? { ...(said as object) } : {};
  const fits = ([key, example]: [string, unknown]) =>
    Object.hasOwn(heard, key) && (example === null || kindOf(heard[key]) === kindOf(example));
  const parts = Object.entries(initial).map((entry) => [entry[0], fits(entry) ? heard[entry[0]] : entry[1]]);
  return Object.fromEntries(parts) as State;
}

export function sharedState<State extends object>(initial: State, remembered: unknown): SharedState<State> {
  let now = fitting(initial, remembered);
  const under = new Map<keyof State, State[keyof State]>();
  return {
    get now() {
      return now;
    },
    get ahead() {
      return { ...now, ...(Object.fromEntries(under) as Partial<State>) };
    },
    take(said) {
      const next = fitting(initial, said);
      for (const [key, value] of under) if (equal(next[key], value)) under.delete(key);
      if (equal(next, now)) return false;
      now = next;
      return true;
    },
    begin(part) {
      const all = Object.entries(part) as [keyof State, State[keyof State]][];
      const mine = all.filter(([key, value]) => under.has(key) || !equal(value, now[key]));
      for (const [key, value] of mine) under.set(key, value);
      return () => {
        for (const [key, value] of mine) if (under.get(key) === value) under.delete(key);
      };
    },
  };
}
