// What the customer asked for, as it stands: the place in line, the talk itself, and how it was.
import { BookedAgent, position, Wait } from "../parts/wait";
import { closedContact, type Acts, type Page } from "../page";
import type { OwnContact } from "../door/documents";
import { clockTime } from "../time";
import { Compose, Transcript } from "./chat";
import { Rating } from "./rating";

function headline({ state, agentName, booked }: OwnContact): string {
  const agent = agentName ?? "Somebody";
  switch (state) {
    case "WAITING":
      return booked === null ? "You are in line" : "Somebody is booked for you";
    case "OFFERED":
      return "We are asking an agent to join you";
    case "LINKING":
      return `${agent} is joining`;
    case "TALKING":
      return `${agent} is with you`;
    case "HELD":
      return `${agent} will be right back`;
    case "WRAPPING":
    case "COMPLETED":
      return `Your talk with ${agent} has ended`;
    case "LEFT":
      return "Your request has ended";
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
        {contact.state === "WAITING" && booked !== null && <BookedAgent booked={booked} does="will be with you" />}
        {contact.state === "WAITING" && booked === null && expectedWait !== null && <Wait wait={expectedWait} />}
        <p class="fine">
          {contact.topicTitle} · since <time dateTime={contact.since}>{clockTime(contact.since)}</time>
        </p>
      </div>
      {link !== null && link.medium === "chat" && <Transcript messages={link.messages} agent={contact.agentName} pending={page.pending} link={link.id} />}
      {link !== null && link.medium === "chat" && talking && <Compose link={link.id} acts={acts} />}
      {contact.canCancel && !talking && (
        <button type="button" class="quiet" onClick={() => acts.cancelContact(contact.id)}>
          Cancel my request
        </button>
      )}
      {talking && link !== null && (
        <button type="button" class="quiet" onClick={() => acts.endLink(link.id)}>
          End the conversation
        </button>
      )}
      {closed && <Rating contact={contact} acts={acts} />}
    </section>
  );
}
