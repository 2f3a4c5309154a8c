// What the mirror and the page of a shared widget say to each other, over a port. Types alone: the two share no script.
import type { About } from "../../shared/display/protocol";

/** Handed over with the port. */
export interface Hello {
  type: "lockstep-widget";
}

export type ToWidget = { type: "apply"; state: unknown };

export type FromWidget = { type: "change"; part: Record<string, unknown> } | { type: "callback"; about: About };
