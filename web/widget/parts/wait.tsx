// How long it may take, with the method named, and who is kept for the customer.
import type { Booked, ExpectedWait } from "../door/documents";
import { clockTime, roughly } from "../time";

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

export function Wait({ wait }: { wait: ExpectedWait }) {
  return (
    <div class="wait">
      <p class="big">{sentence(roughly(wait.seconds))}</p>
      <p class="fine">
        Between {roughly(wait.lowSeconds).replace("about ", "")} and {roughly(wait.highSeconds).replace("about ", "")}. Estimated by {wait.method}, {wait.basis}.
      </p>
    </div>
  );
}

export function BookedAgent({ booked }: { booked: Booked }) {
  return (
    <p class="booked">
      <strong>{booked.agentName}</strong> will be with you, expected{" "}
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
