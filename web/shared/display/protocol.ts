// What the page that frames the mirror and the mirror say to each other, over a port of their own (docs/display.md).
import type { Display, Frame } from "./documents";

/** Handed over with the port: the first thing that a mirror hears. */
export const HELLO = "lockstep-mirror";

export type Tool = "look" | "point" | "highlight" | "ink" | "control";

/** A place on the page: an element by the recorder's id, and where in it (0–1). */
export interface Spot {
  node: number;
  x: number;
  y: number;
}

/** What staff point at, draw, or do by remote control. */
export type Act =
  | ({ kind: "pointer" } & Spot)
  | { kind: "away" }
  | { kind: "highlight"; node: number | null }
  | { kind: "ink"; stroke: string; points: Spot[] }
  | ({ kind: "click" } & Spot)
  | { kind: "input"; node: number; value: string }
  | { kind: "choose"; node: number; value: string; checked?: boolean }
  | { kind: "scroll"; node: number | null; x: number; y: number }
  | { kind: "back" }
  | { kind: "reload" }
  | { kind: "callback"; widget: string; about: About };

/** What a shared widget wants to be called about. */
export interface About {
  title: string;
  text: string;
  topic?: string;
}

export type Signal = Act & { pageLoad: number };

export interface Person {
  staff: string;
  name: string;
}

export type ToMirror =
  | { type: "init"; me: Person; mode: "live" | "replay" }
  | { type: "reset" }
  | { type: "frames"; frames: readonly Frame[] }
  /** Frames from before the first that the mirror knows: for rewinding further back. */
  | { type: "earlier"; frames: readonly Frame[] }
  | { type: "display"; display: Display }
  | { type: "tool"; tool: Tool }
  /** Milliseconds of the server's time; null: live again. */
  | { type: "seek"; at: number | null }
  /** What became of a widget's change: whether the log took it. */
  | { type: "widget"; name: string; basedOn: number; taken: boolean };

export type FromMirror =
  | { type: "ready" }
  /** Everything of this page load up to `seq` is painted; `at` is this browser's clock in ms. */
  | { type: "painted"; pageLoad: number; seq: number; at: number }
  /** Frames after `after` are missing. */
  | { type: "gap"; pageLoad: number; after: number }
  | { type: "signal"; signal: Signal }
  /** `state` is JSON. */
  | { type: "widget"; name: string; basedOn: number; state: string }
  | { type: "size"; width: number; height: number }
  /** The page that is shown: its address without query, and its title. */
  | { type: "page"; pageLoad: number; url: string; title: string }
  /** A key that means nothing to the mirror: the framing page's shortcuts have it. */
  | { type: "key"; key: string; code: string };
