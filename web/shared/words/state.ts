// The same word, tone and icon for the same thing on every screen (VOCABULARY).
import type { IconName } from "../ui/Icon";

export type Tone = "good" | "warn" | "bad" | "info" | "idle" | "accent";
export interface Word {
  word: string;
  tone: Tone;
  icon: IconName;
}

export const contactState = {
  WAITING: { word: "Waiting", tone: "warn", icon: "hourglass" },
  OFFERED: { word: "Offered", tone: "info", icon: "bell" },
  LINKING: { word: "Connecting", tone: "info", icon: "link" },
  TALKING: { word: "Talking", tone: "good", icon: "talk" },
  HELD: { word: "On hold", tone: "warn", icon: "pause" },
  WRAPPING: { word: "Wrap-up", tone: "accent", icon: "pencil" },
  COMPLETED: { word: "Completed", tone: "idle", icon: "check" },
  LEFT: { word: "Left", tone: "idle", icon: "exit" },
} satisfies Record<string, Word>;

export const presence = {
  OFFLINE: { word: "Offline", tone: "idle", icon: "power" },
  AVAILABLE: { word: "Available", tone: "good", icon: "check" },
  AWAY: { word: "Away", tone: "warn", icon: "clock" },
  BREAK: { word: "Break", tone: "warn", icon: "cup" },
  MEAL: { word: "Meal", tone: "warn", icon: "cup" },
  MEETING: { word: "Meeting", tone: "warn", icon: "users" },
  TRAINING: { word: "Training", tone: "warn", icon: "book" },
  BUSY: { word: "Busy", tone: "warn", icon: "minus" },
} satisfies Record<string, Word>;

export const routingStatus = {
  OFF_QUEUE: { word: "Off queue", tone: "idle", icon: "minus" },
  IDLE: { word: "Free", tone: "good", icon: "check" },
  RESERVED: { word: "Being offered", tone: "info", icon: "bell" },
  INTERACTING: { word: "On contact", tone: "accent", icon: "talk" },
  AFTER_CONTACT_WORK: { word: "Wrap-up", tone: "warn", icon: "pencil" },
  NOT_RESPONDING: { word: "Not responding", tone: "bad", icon: "alert" },
} satisfies Record<string, Word>;

export const channel = {
  PHONE: { word: "Phone", tone: "idle", icon: "phone" },
  CHAT: { word: "Chat", tone: "idle", icon: "chat" },
  EMAIL: { word: "E-mail", tone: "idle", icon: "mail" },
  WEB_CALL: { word: "Web call", tone: "idle", icon: "phone" },
  WEB_VIDEO: { word: "Web video", tone: "idle", icon: "video" },
  DATA: { word: "Data", tone: "idle", icon: "data" },
} satisfies Record<string, Word>;

export const ticketState = {
  OPEN: { word: "Open", tone: "warn", icon: "dot" },
  PENDING: { word: "Pending", tone: "info", icon: "clock" },
  SOLVED: { word: "Solved", tone: "good", icon: "check" },
  CLOSED: { word: "Closed", tone: "idle", icon: "minus" },
} satisfies Record<string, Word>;

export const callbackState = {
  SCHEDULED: { word: "Scheduled", tone: "idle", icon: "clock" },
  QUEUED: { word: "In line", tone: "warn", icon: "hourglass" },
  ROUTING: { word: "Being offered", tone: "info", icon: "bell" },
  PROCESSING: { word: "Calling", tone: "good", icon: "phone" },
  COMPLETED: { word: "Completed", tone: "idle", icon: "check" },
} satisfies Record<string, Word>;

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

/** Two letters for a person's mark. */
export function initials(name: string | null | undefined): string {
  const parts = (name ?? "").split(/\s+/).filter(Boolean);
  const first = parts[0]?.charAt(0) ?? "?";
  const last = parts.length > 1 ? (parts.at(-1)?.charAt(0) ?? "") : (parts[0]?.charAt(1) ?? "");
  return (first + last).toUpperCase();
}
