// What became of an offer that is no longer there: taken, missed, or taken back; only what I did not do myself is told.
import { say } from "../../shared/words/say";

interface Was {
  reservation: string;
  contact: string;
  until: string;
  name: string;
  /** A callback rather than a chat. */
  call: boolean;
}

const answered = new Set<string>();

/** I am answering it: its going is no news. The returned function takes that back. */
export function markAnswered(reservation: string): () => void {
  answered.add(reservation);
  return () => answered.delete(reservation);
}

/** What to tell of the offers that have gone between two looks; `mine` are my contacts now, `now` in milliseconds. */
export function newsOfGone(
  before: readonly Was[],
  still: readonly { reservation: string }[],
  mine: readonly { contact: string }[],
  now: number,
): string[] {
  return before
    .filter((was) => !still.some((one) => one.reservation === was.reservation))
    .filter((was) => !answered.has(was.reservation) && !mine.some((one) => one.contact === was.contact))
    .map((was) =>
      Date.parse(was.until) <= now + 500
        ? say(was.call ? "desk.gone.missedCall" : "desk.gone.missed", { name: was.name })
        : say("desk.gone.taken", { name: was.name }),
    );
}
