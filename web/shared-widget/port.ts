// What a shared widget and whoever hosts it say to each other.

/** What a callback shall be about, in the customer's words. */
export interface About {
  title: string;
  text: string;
  /** One of the company's topics. */
  topic?: string;
}

export interface Host {
  change(part: object): void;
  callback(about: About): void;
}

/** The property `lockstepShared` of the element. */
export interface SharedPort {
  readonly name: string;
  readonly tag: string;
  readonly src: string;
  /** The state as it is shown. */
  readonly state: unknown;
  /** Shows this state; whoever hosts the element calls it with what the log says. */
  apply(state: unknown): void;
  /** Set by the host; the element calls it with a partial state to be merged. Null: nobody shares it, it is on its own. */
  host: Host | null;
}

/** Fired by a connected element, bubbling out of every shadow root; its target has the property `lockstepShared`. */
export const announcement = "lockstep-shared";
