// The chat: transcript and composer; Enter sends, Shift+Enter begins a new line.
import { useEffect, useRef } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { freshId } from "../../shared/lib/id";
import { nameIn } from "../../shared/lib/name";
import { useShortcut } from "../../shared/lib/shortcuts";
import { Button } from "../../shared/ui/Button";
import { Name } from "../../shared/ui/Name";
import { Said } from "../../shared/ui/Said";
import { Empty } from "../../shared/ui/States";
import { At } from "../../shared/ui/Time";
import { tell } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { Say, type Link, type Message } from "../documents";
import { useDraft } from "../draft/useDraft";
import "./chat.css";
import { sent, stillPending, type Pending } from "./pending";
import { changePending, pendingOf } from "./unsent";

const CHARS_MAX = 2_000;
/** From here on the characters left are shown. */
const CHARS_WARN = 1_800;

interface Props {
  contact: string;
  link: Link;
  customer: string;
  can: boolean;
  held: boolean;
}

export function Chat({ contact, link, customer, can, held }: Props) {
  const [text, setText] = useDraft(contact, "chat");
  const composer = useRef<HTMLTextAreaElement>(null);
  const mine = link.messages.filter((message) => message.from === "AGENT").length;
  const waiting = stillPending(pendingOf(contact), mine);
  useShortcut({ keys: "c", does: say("desk.chat.keys"), group: "contact", when: can }, () => composer.current?.focus());
  useEffect(() => {
    if (can && document.querySelector("dialog[open]") === null) composer.current?.focus();
  }, [can]);

  const send = async (what: string) => {
    const id = freshId();
    changePending(contact, (before) => {
      const open = stillPending(before, mine);
      return [...open, { id, text: what, after: mine + open.filter((one) => !isLost(one)).length, state: "sending" }];
    });
    const ok = tell(await act(Say, { link: link.id, text: what }));
    changePending(contact, (before) => sent(before, id, ok));
  };
  const submit = () => {
    const what = text.trim();
    if (what === "" || what.length > CHARS_MAX || !can) return;
    setText("");
    void send(what);
  };
  const again = (one: Pending) => {
    changePending(contact, (before) => before.filter((other) => other.id !== one.id));
    void send(one.text);
  };

  return (
    <div class="chat">
      <Transcript messages={link.messages} pending={waiting} customer={customer} can={can} again={again} />
      {can ? (
        <form
          class="composer"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <label class="visually-hidden" for={`say-${link.id}`}>
            {say("desk.chat.write", { name: nameIn(customer) })}
          </label>
          <textarea
            id={`say-${link.id}`}
            ref={composer}
            class="input"
            dir="auto"
            rows={2}
            placeholder={say("desk.chat.write", { name: nameIn(customer) })}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") event.currentTarget.blur();
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              submit();
            }}
          />
          <div class="composer-foot">
            <span class={text.length > CHARS_MAX ? "composer-over tabular" : "side-note tabular"} aria-live="polite">
              {text.length > CHARS_WARN ? say("desk.chat.left", { count: CHARS_MAX - text.length }) : say("desk.chat.hint")}
            </span>
            <Button kind="primary" type="submit" hint="Enter" disabled={text.trim() === "" || text.length > CHARS_MAX}>
              {say("desk.chat.send")}
            </Button>
          </div>
        </form>
      ) : (
        <p class="chat-closed">{held ? say("desk.chat.held") : say("desk.chat.over")}</p>
      )}
    </div>
  );
}

interface TranscriptProps {
  messages: readonly Message[];
  pending: readonly Pending[];
  customer: string;
  can: boolean;
  again: (one: Pending) => void;
}

function Transcript({ messages, pending, customer, can, again }: TranscriptProps) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [messages.length, pending.length]);
  return (
    <div
      class="transcript"
      ref={box}
      role="log"
      aria-label={say("desk.chat.with", { name: nameIn(customer) })}
      tabIndex={0}
      onScroll={(event) => {
        const element = event.currentTarget;
        atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
      }}
    >
      {messages.length === 0 && pending.length === 0 && (
        <Empty icon="chat" title={can ? say("desk.chat.hello") : say("desk.chat.nothing")}>
          {can && say("desk.chat.hello.what", { name: nameIn(customer) })}
        </Empty>
      )}
      {messages.map((message, index) => {
        const agent = message.from === "AGENT";
        const goesOn = messages[index - 1]?.from === message.from;
        return (
          <div key={message.id} class={`said ${agent ? "said-agent" : "said-customer"}${goesOn ? " said-goes-on" : ""}`}>
            {!goesOn && (
              <p class="said-who">
                {agent ? say("desk.chat.you") : <Name of={customer} />} · <At at={message.at} />
              </p>
            )}
            <p class={message.text == null ? "said-text said-erased" : "said-text"} dir="auto">
              {message.text == null ? say("staff.erased") : <Said text={message.text} />}
            </p>
          </div>
        );
      })}
      {pending.map((one) => (
        <div key={one.id} class="said said-agent said-goes-on">
          <p class={`said-text ${isLost(one) ? "said-failed" : "said-sending"}`} dir="auto">
            {one.text}
          </p>
          {isLost(one) && (
            <p class="said-who">
              {say("desk.chat.unsent")}{" "}
              <button type="button" class="said-again" onClick={() => again(one)}>
                {say("desk.chat.again")}
              </button>
            </p>
          )}
        </div>
      ))}
    </div>
  );
}

function isLost({ state }: Pending): boolean {
  return state === "failed" || state === "interrupted";
}
