// A promised call: when, by whom, what happened so far, and what the customer may still change.
import { expected, position, Wait } from "../parts/wait";
import { Icon } from "../parts/icon";
import { talking, type Acts } from "../page";
import type { OwnCallback } from "../door/documents";
import { say } from "../../shared/words/say";
import { fieldsOf, proposal, when } from "../time";

function headline({ state, asap, at, agentName, contactState, booked }: OwnCallback): string {
  const name = agentName ?? say("widget.talk.agent");
  if (talking(contactState)) return say("widget.callback.talking", { name });
  switch (state) {
    case "SCHEDULED":
      if (booked !== null) return expected(booked, "call");
      return asap || at === null ? say("widget.callback.asap") : say("widget.callback.at", { when: when(at) });
    case "QUEUED":
      return booked === null ? say("widget.callback.asap") : expected(booked, "call");
    case "ROUTING":
      return say("widget.callback.routing");
    case "PROCESSING":
      return agentName === null ? say("widget.callback.calling") : say("widget.callback.calling_by", { name });
    case "COMPLETED":
      return say("widget.callback.done");
  }
}

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
        {waiting && booked === null && expectedWait !== null && <Wait wait={expectedWait} medium="call" />}
        {attempts > 0 && callback.state !== "PROCESSING" && !talking(callback.contactState) && (
          <p>
            {say("widget.callback.tries", { count: attempts })} {nextTry !== null && say("widget.callback.next_try", { when: when(nextTry) })}
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
            {say("widget.callback.move")}
          </button>
        )}
        {callback.canCancel && (
          <button type="button" class="quiet" onClick={() => acts.cancelCallback(callback.id)}>
            {say("widget.callback.cancel")}
          </button>
        )}
      </div>
    </section>
  );
}
