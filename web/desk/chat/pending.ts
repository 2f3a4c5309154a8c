// Texts that are on their way: shown at once, gone as soon as the server's transcript has them.

export interface Pending {
  id: string;
  text: string;
  /** How many texts of mine the transcript had, with those on their way, when this was sent. */
  after: number;
  /** Interrupted: the page was left before the answer came. */
  state: "sending" | "done" | "failed" | "interrupted";
}

/** `mine` is how many texts of mine the transcript has now. */
export function stillPending(pending: readonly Pending[], mine: number): Pending[] {
  return pending.filter((one) => one.state === "failed" || one.after >= mine);
}

export function sent(pending: readonly Pending[], id: string, ok: boolean): Pending[] {
  return pending.map((one) => (one.id === id ? { ...one, state: ok ? "done" : "failed" } : one));
}
