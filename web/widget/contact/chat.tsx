// The chat: what was said, what is still on its way, and the field to write in.
import { Icon } from "../parts/icon";
import type { Acts } from "../page";
import type { Message } from "../door/documents";
import type { Pending } from "../door/command";
import { clockTime } from "../time";
import { piecesOf } from "../../shared/lib/links";
import { say } from "../../shared/words/say";

/** Addresses in it are links; the company's own pages among them. */
const said = (text: string) =>
  piecesOf(text, "about:blank").map((piece) =>
    typeof piece === "string" ? (
      piece
    ) : (
      <a href={piece.href} target="_blank" rel="noopener noreferrer" dir="ltr">
        {piece.shown}
      </a>
    ),
  );

export function Transcript({ messages, agent, pending, link }: { messages: readonly Message[]; agent: string | null; pending: readonly Pending[]; link: string }) {
  const going = pending.filter((one): one is Pending<"say"> => one.name === "say" && (one as Pending<"say">).variables.link === link);
  return (
    <div class="transcript" role="log" aria-label={say("widget.chat.messages")} tabIndex={0}>
      {messages.length === 0 && going.length === 0 && <p class="soft">{say("widget.chat.empty")}</p>}
      {messages.map((message) => (
        <p key={message.id} class={`message ${message.from.toLowerCase()}`}>
          <span class="by">
            {message.from === "AGENT" ? (agent ?? say("widget.talk.agent")) : say("widget.chat.you")} <time dateTime={message.at}>{clockTime(message.at)}</time>
          </span>
          <span class="text" dir="auto">
            {message.text === null ? say("widget.chat.erased") : said(message.text)}
          </span>
        </p>
      ))}
      {going.map((one) => (
        <p key={one.commandId} class="message customer going">
          <span class="by">{say("widget.chat.sending")}</span>
          <span class="text" dir="auto">
            {one.variables.text}
          </span>
        </p>
      ))}
    </div>
  );
}

/** The longest message, in characters. */
const text_max = 2000;

export function Compose({ link, acts }: { link: string; acts: Acts }) {
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
        dir="auto"
        rows={1}
        maxLength={text_max}
        aria-label={say("widget.chat.field")}
        placeholder={say("widget.chat.write")}
        defaultValue={acts.draft("say")}
        onInput={(event) => acts.keepDraft("say", event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send(event.currentTarget);
        }}
      />
      <button class="main icon" aria-label={say("widget.chat.send")}>
        <Icon name="send" />
      </button>
    </form>
  );
}
