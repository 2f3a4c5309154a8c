// What staff point at, draw, or do: places are elements and parts of them, never pixels.

export interface Place {
  node: number;
  /** 0 to 1, of the element's width and height. */
  x: number;
  y: number;
}

export type Sign =
  | ({ kind: "pointer" } & Place)
  | { kind: "away" }
  | { kind: "highlight"; node: number | null }
  | { kind: "ink"; stroke: string; points: readonly Place[] };

export type Act =
  | ({ kind: "click" } & Place)
  | { kind: "input"; node: number; value: string }
  | { kind: "choose"; node: number; value?: string; checked?: boolean }
  | { kind: "scroll"; node: number | null; x: number; y: number }
  | { kind: "back" }
  | { kind: "reload" };

export interface CallbackWish {
  kind: "callback";
  widget: string;
  about: { title: string; text: string; topic?: string };
}

export type Signal = { by: { staff: string; name: string }; pageLoad: number } & (Sign | Act | CallbackWish);

const acts = new Set(["click", "input", "choose", "scroll", "back", "reload"]);
export const isAct = (signal: Signal): signal is Signal & Act => acts.has(signal.kind);
export const isSign = (signal: Signal): signal is Signal & Sign => !isAct(signal) && signal.kind !== "callback";
