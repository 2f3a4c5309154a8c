// Changes of a shared widget: merged into the newest state, and made again when somebody else was first.

type State = Record<string, unknown>;

/** How often one change is made again. */
const TRIES_MAX = 8;

interface UnderWay {
  part: State;
  basedOn: number;
  answer: "open" | "taken" | "stale";
  tries: number;
}

export interface Merging {
  version: number;
  state: State;
  /** Not sent yet. */
  pending: State | undefined;
  underWay: UnderWay | undefined;
}

export interface Change {
  basedOn: number;
  state: State;
}

export const nothingYet: Merging = { version: 0, state: {}, pending: undefined, underWay: undefined };

type Step = [next: Merging, send: Change | undefined];

/** The element asks for a change. */
export function change(now: Merging, part: State): Step {
  return goOn({ ...now, pending: { ...now.pending, ...part } });
}

/** The log says what the state is. */
export function said(now: Merging, version: number, state: State): Step {
  return version <= now.version ? [now, undefined] : goOn({ ...now, version, state });
}

/** The server says what became of the change that was based on `basedOn`. */
export function answered(now: Merging, basedOn: number, taken: boolean): Step {
  const { underWay } = now;
  if (underWay?.basedOn !== basedOn) return [now, undefined];
  return goOn({ ...now, underWay: { ...underWay, answer: taken ? "taken" : "stale" } });
}

function goOn(now: Merging): Step {
  const { underWay, pending, version, state } = now;
  if (underWay && (underWay.answer === "open" || underWay.basedOn >= version)) return [now, undefined];
  const again = underWay?.answer === "stale" && underWay.tries < TRIES_MAX;
  if (!again && pending === undefined) return [{ ...now, underWay: undefined }, undefined];
  const part = { ...(again ? underWay.part : {}), ...pending };
  const tries = again ? underWay.tries + 1 : 1;
  return [
    { ...now, pending: undefined, underWay: { part, basedOn: version, answer: "open", tries } },
    { basedOn: version, state: { ...state, ...part } },
  ];
}
