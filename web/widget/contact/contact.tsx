// What the customer asked for, as it stands: the place in line, the talk itself, and how it was.
import { say } from "../../shared/words/say";
import type { OwnContact } from "../door/documents";
import { closedContact, talking, type Acts, type Page } from "../page";
import { Ended } from "../parts/ended";
import { expected, position, Wait } from "../parts/wait";
import { clockTime } from "../time";
import { Compose, Transcript } from "./chat";
import { Rating } from "./rating";

function headline({ state, agentName, booked, wait }: OwnContact): string {
  const name = agentName ?? say("widget.talk.agent");
  switch (state) {
    case "WAITING":
      if (booked !== null) return expected(booked, "chat");
      return wait === "NOBODY_HERE" ? say("widget.talk.nobody") : say("widget.talk.waiting");
    case "OFFERED":
      return say("widget.talk.offered");
    case "LINKING":
      return say("widget.talk.joining", { name });
    case "TALKING":
      return say("widget.launcher.with", { name });
    case "HELD":
      return say("widget.talk.held", { name });
    case "WRAPPING":
    case "COMPLETED":
      return say("widget.talk.ended", { name });
    case "LEFT":
      return say("widget.talk.left");
  }
}

/** Why a request ended without the customer's doing. */
function whyEnded({ reason }: OwnContact): string {
  if (reason === "timed_out") return say("widget.ended.timed_out");
  return reason === "withdrawn" ? say("widget.ended.withdrawn") : say("widget.ended.ask_again");
}

export function Contact({ contact, page, acts }: { contact: OwnContact; page: Page; acts: Acts }) {
  const { link, booked, expectedWait } = contact;
  const closed = closedContact(contact.state);
  const place = position(contact.position);
  const waiting = contact.state === "WAITING";
  const talks = talking(contact.state);
  return (
    <section class={`contact ${contact.state.toLowerCase()}`}>
      <div class="status" role="status">
        <h2 tabIndex={-1}>{headline(contact)}</h2>
        {waiting && place !== null && <p class="place">{place}</p>}
        {waiting && contact.wait === "NOBODY_HERE" && <p>{say("widget.talk.nobody_text")}</p>}
        {waiting && booked === null && expectedWait !== null && <Wait wait={expectedWait} medium="chat" />}
        {!closed && <p class="fine">{say("widget.talk.since", { topic: contact.topicTitle, time: clockTime(contact.since) })}</p>}
      </div>
      {link !== null && link.medium === "chat" && (talks || link.messages.length > 0) && <Transcript messages={link.messages} agent={contact.agentName} pending={page.pending} link={link.id} />}
      {link !== null && link.medium === "chat" && talks && <Compose link={link.id} acts={acts} />}
      {contact.canCancel && !talks && (
        <button type="button" class="quiet" onClick={() => acts.cancelContact(contact.id)}>
          {say("widget.talk.cancel")}
        </button>
      )}
      {talks && link !== null && (
        <button type="button" class="quiet" onClick={() => acts.endLink(link.id)}>
          {say("widget.talk.end")}
        </button>
      )}
      {closed && contact.canRate && <Rating id={contact.id} contact={contact.id} rated={contact.rated} acts={acts} />}
      {closed && !contact.canRate && <Ended id={contact.id} why={whyEnded(contact)} acts={acts} />}
    </section>
  );
}
