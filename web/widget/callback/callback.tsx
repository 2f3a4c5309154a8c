// A promised call: when, by whom, what happened so far, and what the customer may still change.
import { BookedAgent, position, Wait } from "../parts/wait";
import { Icon } from "../parts/icon";
import { talking, type Acts } from "../page";
import type { OwnCallback } from "../door/documents";
import { clockTime, fieldsOf, proposal } from "../time";

function headline({ state, asap, at, agentName, contactState }: OwnCallback): string {
  if (talking(contactState)) return `You are talking to ${agentName ?? "us"}`;
  switch (state) {
    case "SCHEDULED":
      return asap || at === null ? "We will call you back" : `We will call you at ${clockTime(at)}`;
    case "QUEUED":
      return "We will call you as soon as possible";
    case "ROUTING":
      return "We are asking an agent to call you";
    case "PROCESSING":
      return agentName === null ? "We are calling you now" : `${agentName} is calling you now`;
    case "COMPLETED":
      return "Your call is done";
  }
}

const tries = (attempts: number) => (attempts === 1 ? "We tried once and did not reach you." : `We tried ${attempts} times and did not reach you.`);

export function Callback({ callback, acts }: { callback: OwnCallback; acts: Acts }) {
  const { booked, expectedWait, number, at, nextTry, attempts } = callback;
  const waiting = callback.state === "QUEUED";
  const place = position(callback.position);
  return (
    <section class={`callback ${callback.state.toLowerCase()}`}>
      <div class="status" role="status">
        <h2 tabIndex={-1}>
          <Icon name="phone" />
          {headline(callback)}
        </h2>
        {waiting && place !== null && <p class="place">{place}</p>}
        {booked !== null && <BookedAgent booked={booked} does="will call you" />}
        {waiting && booked === null && expectedWait !== null && <Wait wait={expectedWait} />}
        {attempts > 0 && callback.state !== "PROCESSING" && !talking(callback.contactState) && (
          <p>
            {tries(attempts)} {nextTry !== null && `Next try ${clockTime(nextTry)}.`}
          </p>
        )}
        <p class="fine">
          {callback.topicTitle}
          {number !== null && ` · ${number}`}
          {at !== null && callback.zone !== null && ` · ${callback.zone}`}
        </p>
      </div>
      <div class="buttons">
        {callback.canReschedule && (
          <button
            type="button"
            class="quiet"
            onClick={() => acts.go({ step: "reschedule", callback: callback.id, later: true, ...(at === null ? proposal() : fieldsOf(at)) })}
          >
            Another time
          </button>
        )}
        {callback.canCancel && (
          <button type="button" class="quiet" onClick={() => acts.cancelCallback(callback.id)}>
            Cancel the call
          </button>
        )}
      </div>
    </section>
  );
}
