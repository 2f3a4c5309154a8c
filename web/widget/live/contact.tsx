// What is going on: the place in line, the talk itself, and how it was.
import { Icon } from "../parts/icon";
import { BookedAgent, position, Wait } from "../parts/wait";
import { closedContact, type Acts, type Page } from "../page";
import type { Message, OwnContact } from "../door/documents";
import type { Pending } from "../door/command";
import { clockTime } from "../time";

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
        {contact.state === "WAITING" && booked !== null && <BookedAgent booked={booked} />}
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

function Transcript({ messages, agent, pending, link }: { messages: readonly Message[]; agent: string | null; pending: readonly Pending[]; link: string }) {
  const going = pending.filter((one): one is Pending<"say"> => one.name === "say" && (one as Pending<"say">).variables.link === link);
  return (
    <div class="transcript" role="log" aria-label="Messages" tabIndex={0}>
      {messages.length === 0 && going.length === 0 && <p class="soft">Say hello: what is it about?</p>}
      {messages.map((message) => (
        <p key={message.id} class={`message ${message.from.toLowerCase()}`}>
          <span class="by">
            {message.from === "AGENT" ? (agent ?? "Agent") : "You"} <time dateTime={message.at}>{clockTime(message.at)}</time>
          </span>
          <span class="text">{message.text ?? "This message was erased."}</span>
        </p>
      ))}
      {going.map((one) => (
        <p key={one.commandId} class="message customer going">
          <span class="by">You · sending</span>
          <span class="text">{one.variables.text}</span>
        </p>
      ))}
    </div>
  );
}

/** The longest message, in characters. */
const text_max = 2000;

function Compose({ link, acts }: { link: string; acts: Acts }) {
  const send = (field: HTMLTextAreaElement) => {
    const text = field.value.trim();
    if (text === "") return;
    acts.say(link, text);
    field.value = "";
    acts.keepDraft("say", "");
    field.focus();
  };
  return (
    <form
      class="compose"
      onSubmit={(event) => {
        event.preventDefault();
        send(event.currentTarget.elements.namedItem("text") as HTMLTextAreaElement);
      }}
    >
      <textarea
        name="text"
        rows={1}
        maxLength={text_max}
        aria-label="Your message"
        placeholder="Write a message"
        defaultValue={acts.draft("say")}
        onInput={(event) => acts.keepDraft("say", event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send(event.currentTarget);
        }}
      />
      <button class="main icon" aria-label="Send">
        <Icon name="send" />
      </button>
    </form>
  );
}

function Rating({ contact, acts }: { contact: OwnContact; acts: Acts }) {
  return (
    <div class="rating">
      {contact.rated === null ? (
        <fieldset>
          <legend>How was it?</legend>
          <div class="stars">
            {[1, 2, 3, 4, 5].map((stars) => (
              <button key={stars} type="button" aria-label={`${stars} of 5 stars`} onClick={() => acts.rate(contact.id, stars)}>
                <Icon name="star" />
              </button>
            ))}
          </div>
        </fieldset>
      ) : (
        <p role="status">Thank you: {contact.rated} of 5 stars.</p>
      )}
      <button type="button" class="quiet" onClick={() => acts.putAway(contact.id)}>
        {contact.rated === null ? "No, thank you" : "Close"}
      </button>
    </div>
  );
}
