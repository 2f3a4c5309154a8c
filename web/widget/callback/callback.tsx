// A promised call: when, by whom, what happened so far, and what the customer may still change.
import { say } from "../../shared/words/say";
import { Rating } from "../contact/rating";
import type { OwnCallback } from "../door/documents";
import { talking, type Acts, type Page } from "../page";
import { Ended } from "../parts/ended";
import { Icon } from "../parts/icon";
import { expected, position, Wait } from "../parts/wait";
import { fieldsOf, proposal, when } from "../time";

function headline({ state, asap, at, agentName, call, contactState, booked, reason, wait }: OwnCallback): string {
  const name = agentName ?? say("widget.talk.agent");
  if (call === "TALKING" || talking(contactState)) return say("widget.callback.talking", { name });
  switch (state) {
    case "SCHEDULED":
      if (booked !== null) return expected(booked, "call");
      return asap || at === null ? say("widget.callback.asap") : say("widget.callback.at", { when: when(at) });
    case "QUEUED":
      if (booked !== null) return expected(booked, "call");
      return wait === "NOBODY_HERE" ? say("widget.callback.nobody") : say("widget.callback.asap");
    case "ROUTING":
      return say("widget.callback.routing");
    case "PROCESSING":
      return call === "RINGING" ? say("widget.callback.calling_by", { name }) : say("widget.callback.soon", { name });
    case "COMPLETED":
      return reason === "agent_connected" ? say("widget.callback.done") : say("widget.callback.ended");
  }
}

/** Why it ended without the customer's doing. */
function whyEnded({ reason }: OwnCallback): string {
  switch (reason) {
    case "cancelled_by_staff":
      return say("widget.ended.cancelled_by_staff");
    case "expired":
    case "outside_window":
      return say("widget.ended.expired");
    case "attempts_exhausted":
      return say("widget.ended.attempts_exhausted");
    case "number_unreachable":
      return say("widget.ended.number_unreachable");
    default:
      return say("widget.ended.ask_again");
  }
}

/** What became of the agent's time that was to be kept. */
function Promised({ callback, page, acts }: { callback: OwnCallback; page: Page; acts: Acts }) {
  const { promise, promiseSince, booked, at } = callback;
  if (callback.state !== "SCHEDULED" || at === null) return null;
  if (promise === "NOT_BOOKED") return <p>{say("widget.promise.not_booked", { when: when(at) })}</p>;
  const id = `${callback.id} ${promiseSince ?? ""}`;
  if (page.away.includes(id)) return null;
  if (promise === "RELEASED") return <Ended id={id} why={say("widget.promise.released", { when: when(at) })} acts={acts} />;
  return promise === "MOVED" && booked !== null ? <Ended id={id} why={say("widget.promise.moved", { name: booked.agentName })} acts={acts} /> : null;
}

export function Callback({ callback, page, acts }: { callback: OwnCallback; page: Page; acts: Acts }) {
  const { booked, expectedWait, number, numberShown, at, nextTry, attempts, contact, state } = callback;
  const waiting = state === "QUEUED";
  const over = state === "COMPLETED";
  const place = position(callback.position);
  return (
    <section class={`callback ${state.toLowerCase()}`}>
      <div class="status" role="status">
        <h2 tabIndex={-1}>
          <Icon name="phone" />
          {headline(callback)}
        </h2>
        {waiting && place !== null && <p class="place">{place}</p>}
        {waiting && booked === null && expectedWait !== null && <Wait wait={expectedWait} medium="call" />}
        {attempts > 0 && !over && state !== "PROCESSING" && !talking(callback.contactState) && (
          <p>
            {say("widget.callback.tries", { count: attempts })} {nextTry !== null && say("widget.callback.next_try", { when: when(nextTry) })}
          </p>
        )}
        <p class="fine">{[callback.topicTitle, numberShown ?? number, at === null ? null : callback.zone].filter((one) => one !== null).join(" · ")}</p>
      </div>
      <Promised callback={callback} page={page} acts={acts} />
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
      {callback.canRate && contact !== null && <Rating id={callback.id} contact={contact} rated={callback.rated} acts={acts} />}
      {over && callback.untilSeen && !callback.canRate && <Ended id={callback.id} why={whyEnded(callback)} acts={acts} />}
    </section>
  );
}
