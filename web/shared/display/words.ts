// The display's states, roles and reasons in words.
import type { Tone, Word } from "../words/state";
import { humanise } from "../words/state";
import type { Display } from "./documents";

export const displayState = {
  OFFERED: { word: "Asked", tone: "info", icon: "hourglass" },
  SHARED: { word: "Shared", tone: "good", icon: "eye" },
  PAUSED: { word: "Paused", tone: "warn", icon: "pause" },
  ENDED: { word: "Ended", tone: "idle", icon: "minus" },
} satisfies Record<Display["state"], Word>;

export const role = {
  AGENT: "Agent",
  SUPERVISOR: "Supervisor",
  EXPERT: "Expert",
} satisfies Record<Display["watchers"][number]["role"], string>;

export const way = {
  MIRROR: { word: "Mirror", tone: "info" as Tone, icon: "screen" as const, what: "The customer's page as it stands, private parts hidden" },
  TOGETHER: { word: "Together", tone: "good" as Tone, icon: "users" as const, what: "Everybody opened this address over their own connection" },
} satisfies Record<Display["way"], unknown>;

const reasons: Record<string, string> = {
  talk_ended: "It ended with the talk",
  revoked: "The customer stopped sharing",
  declined: "The customer would rather not share",
};

export const endWords = (reason: string | null): string => (reason === null ? "The display has ended" : (reasons[reason] ?? humanise(reason)));
