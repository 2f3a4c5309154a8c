// Short messages in the corner: what was refused and why, what failed and what to do.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Acted } from "../graphql/act";
import { freshId } from "../lib/id";
import { failureWords, refusalWords } from "../words/refusal";
import { say } from "../words/say";
import { IconButton } from "./Button";
import { Icon } from "./Icon";
import "./toast.css";

const SHOWN_MS = 7_000;
const SHOWN_MAX = 4;

type Tone = "good" | "warn" | "bad" | "info";
interface Message {
  id: string;
  tone: Tone;
  text: string;
}

const messages = signal<Message[]>([]);
const icons = { good: "check", warn: "alert", bad: "alert", info: "bell" } as const;

export function notify(tone: Tone, text: string): void {
  const id = freshId();
  messages.value = [...messages.value.filter((one) => one.text !== text), { id, tone, text }].slice(-SHOWN_MAX);
  setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: string): void {
  messages.value = messages.value.filter((one) => one.id !== id);
}

/** Tells the person when it did not work; answers whether it did. */
export function tell(acted: Acted): boolean {
  if (acted.kind === "refused") notify("warn", refusalWords(acted));
  if (acted.kind === "failed") notify("bad", failureWords(acted.code));
  return acted.kind === "done";
}

export function Toasts() {
  const element = useRef<HTMLDivElement>(null);
  const newest = messages.value.at(-1)?.id;
  // Last shown is on top, also above a dialog that is open.
  useEffect(() => {
    const popover = element.current;
    if (!popover) return;
    if (popover.matches(":popover-open")) popover.hidePopover();
    if (newest !== undefined) popover.showPopover();
  }, [newest]);
  return (
    <div class="toasts" role="status" aria-live="polite" popover="manual" ref={element}>
      {messages.value.map(({ id, tone, text }) => (
        <div key={id} class={`toast toast-${tone}`}>
          <Icon name={icons[tone]} />
          <p dir="auto">{text}</p>
          <IconButton icon="x" label={say("staff.dismiss")} small onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
