// How the page is seen and why that ended, in words.
import { say } from "../words/say";
import type { Tone } from "../words/state";
import type { Display } from "./documents";

const looks = {
  MIRROR: { tone: "info" as Tone, icon: "screen" as const },
  TOGETHER: { tone: "good" as Tone, icon: "users" as const },
} satisfies Record<Display["way"], unknown>;

export function wayOf(way: Display["way"]) {
  return { ...looks[way], word: say(`view.way.${way}`), what: say(`view.way.${way}.what`) };
}

/** A reason that has no words of its own is none. */
export function endWords(reason: string | null): string {
  const known = say as (key: string) => string;
  return known(`view.end.${reason ?? "none"}`) || say("view.end.none");
}
