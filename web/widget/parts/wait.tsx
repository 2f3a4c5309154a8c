// How long it may take, with the method named, and who is kept for the customer.
import type { Booked, ExpectedWait } from "../door/documents";
import { clockTime, roughly } from "../time";

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** What the estimate rests on, and by which method. */
export const estimate = ({ method, basis }: ExpectedWait): string => `${sentence(basis)}; method: ${method.replace(/[-_]/g, " ")}.`;

const bare = (seconds: number) => roughly(seconds).replace("about ", "");

export function Wait({ wait }: { wait: ExpectedWait }) {
  return (
    <div class="wait">
      <p class="big">{sentence(roughly(wait.seconds))}</p>
      <p class="fine">
        {bare(wait.lowSeconds) !== bare(wait.highSeconds) && `Between ${bare(wait.lowSeconds)} and ${bare(wait.highSeconds)}. `}
        {estimate(wait)}
      </p>
    </div>
  );
}

export function BookedAgent({ booked, does }: { booked: Booked; does: string }) {
  return (
    <p class="booked">
      <strong>{booked.agentName}</strong> {does}, expected{" "}
      <time class="when" dateTime={booked.expectedAt}>
        {clockTime(booked.expectedAt)}
      </time>
    </p>
  );
}

export function position(place: number | null): string | null {
  if (place === null) return null;
  return place <= 1 ? "You are next" : `You are number ${place} in line`;
}
