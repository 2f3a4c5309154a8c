// What the customer asked for, as it stands: the place in line, the talk itself, and how it was.
import { expected, position, Wait } from "../parts/wait";
import { closedContact, type Acts, type Page } from "../page";
import type { OwnContact } from "../door/documents";
import { say } from "../../shared/words/say";
import { clockTime } from "../time";
import { Compose, Transcript } from "./chat";
import { Rating } from "./rating";

function headline({ state, agentName, booked }: OwnContact): string {
  const name = agentName ?? say("widget.talk.agent");
  switch (state) {
    case "WAITING":
      return booked === null ? say("widget.talk.waiting") : expected(booked, "chat");
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

export function Contact({ contact, page, acts }: { contact: OwnContact; page: Page; acts: Acts }) {
  const { link, booked, expectedWait } = contact;
  const closed = closedContact(contact.state);
  const place = position(contact.position);
  const talking = contact.state === "TALKING" || contact.state === "HELD";
  return (
    <section class={`contact ${contact.state.toLowerCase()}`}>
      <div class="status" role="status">
        <h2 tabIndex={-1}>{headline(contact)}</h2>
        {contact.state === "WAITING" && place !== null && <p class="place">{place}</p>}
        {contact.state === "WAITING" && booked === null && expectedWait !== null && <Wait wait={expectedWait} medium="chat" />}
        <p class="fine">
          {say("widget.talk.since", { topic: contact.topicTitle, time: clockTime(contact.since) })}
        </p>
      </div>
      {link !== null && link.medium === "chat" && <Transcript messages={link.messages} agent={contact.agentName} pending={page.pending} link={link.id} />}
      {link !== null && link.medium === "chat" && talking && <Compose link={link.id} acts={acts} />}
      {contact.canCancel && !talking && (
        <button type="button" class="quiet" onClick={() => acts.cancelContact(contact.id)}>
          {say("widget.talk.cancel")}
        </button>
      )}
      {talking && link !== null && (
        <button type="button" class="quiet" onClick={() => acts.endLink(link.id)}>
          {say("widget.talk.end")}
        </button>
      )}
      {closed && <Rating contact={contact} acts={acts} />}
    </section>
  );
}
