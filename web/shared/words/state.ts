// The same word, tone and icon for the same thing on every screen (VOCABULARY).
import { plainName } from "../lib/name";
import type { IconName } from "../ui/Icon";
import { say } from "./say";

export type Tone = "good" | "warn" | "bad" | "info" | "idle" | "accent";
export interface Word {
  word: string;
  tone: Tone;
  icon: IconName;
}

/** Said when it is shown, not when this file is read. */
function named<State extends string>(looks: Record<State, Omit<Word, "word">>, word: (state: State) => string): Record<State, Word> {
  const all = Object.entries(looks) as [State, Omit<Word, "word">][];
  const words = all.map(([state, look]) => [
    state,
    {
      ...look,
      get word() {
        return word(state);
      },
    },
  ]);
  return Object.fromEntries(words) as Record<State, Word>;
}

export const contactState = named(
  {
    WAITING: { tone: "warn", icon: "hourglass" },
    OFFERED: { tone: "info", icon: "bell" },
    LINKING: { tone: "info", icon: "link" },
    TALKING: { tone: "good", icon: "talk" },
    HELD: { tone: "warn", icon: "pause" },
    WRAPPING: { tone: "accent", icon: "pencil" },
    COMPLETED: { tone: "idle", icon: "check" },
    LEFT: { tone: "idle", icon: "exit" },
  },
  (state) => say(`state.contact.${state}`),
);

export const presence = named(
  {
    OFFLINE: { tone: "idle", icon: "power" },
    AVAILABLE: { tone: "good", icon: "check" },
    AWAY: { tone: "warn", icon: "clock" },
    BREAK: { tone: "warn", icon: "cup" },
    MEAL: { tone: "warn", icon: "cup" },
    MEETING: { tone: "warn", icon: "users" },
    TRAINING: { tone: "warn", icon: "book" },
    BUSY: { tone: "warn", icon: "minus" },
  },
  (state) => say(`state.presence.${state}`),
);

export const routingStatus = named(
  {
    OFF_QUEUE: { tone: "idle", icon: "minus" },
    IDLE: { tone: "good", icon: "check" },
    RESERVED: { tone: "info", icon: "bell" },
    INTERACTING: { tone: "accent", icon: "talk" },
    AFTER_CONTACT_WORK: { tone: "warn", icon: "pencil" },
    NOT_RESPONDING: { tone: "bad", icon: "alert" },
  },
  (state) => say(`state.routing.${state}`),
);

export const channel = named(
  {
    PHONE: { tone: "idle", icon: "phone" },
    CHAT: { tone: "idle", icon: "chat" },
    EMAIL: { tone: "idle", icon: "mail" },
    WEB_CALL: { tone: "idle", icon: "phone" },
    WEB_VIDEO: { tone: "idle", icon: "video" },
    DATA: { tone: "idle", icon: "data" },
  },
  (state) => say(`state.channel.${state}`),
);

export const ticketState = named(
  {
    OPEN: { tone: "warn", icon: "dot" },
    PENDING: { tone: "info", icon: "clock" },
    SOLVED: { tone: "good", icon: "check" },
    CLOSED: { tone: "idle", icon: "minus" },
  },
  (state) => say(`state.ticket.${state}`),
);

export const callbackState = named(
  {
    SCHEDULED: { tone: "idle", icon: "clock" },
    QUEUED: { tone: "warn", icon: "hourglass" },
    ROUTING: { tone: "info", icon: "bell" },
    PROCESSING: { tone: "good", icon: "phone" },
    COMPLETED: { tone: "idle", icon: "check" },
  },
  (state) => say(`state.callback.${state}`),
);

const exits = ["answered", "abandoned", "short_abandoned", "timed_out", "overflowed", "withdrawn", "callback_requested"] as const;
type Exit = (typeof exits)[number];

/** How contacts leave a queue. */
export const queueExits: readonly Exit[] = exits;

export function exitWord(exit: string): string {
  return (exits as readonly string[]).includes(exit) ? say(`state.exit.${exit as Exit}`) : humanise(exit);
}

/** A code such as `not_reached` or `AgentConnected` as words: "Not reached", "Agent connected". */
export function humanise(code: string): string {
  const words = code
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_\-.]+/g, " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Two letters for a person's mark: of the first name and the last one. What is no letter, such as an emoji, stands in for a whole name only. */
export function initials(name: string | null | undefined): string {
  const letters = (text: string) => [...graphemes.segment(text)].map(({ segment }) => segment).filter((one) => /^[\p{L}\p{N}]/u.test(one));
  const plain = plainName(name) ?? "";
  const parts = plain.split(" ").map(letters).filter(({ length }) => length > 0);
  const [first] = parts;
  if (first === undefined) return [...graphemes.segment(plain)][0]?.segment ?? "?";
  const second = parts.length > 1 ? parts.at(-1)?.[0] : first[1];
  return `${first[0]}${second ?? ""}`.toUpperCase();
}
