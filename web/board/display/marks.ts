// What stands on the timeline of a replay beside the page: chat, link, routing, consent, control.
import { say } from "../../shared/words/say";
import { happened, type Telling } from "../contact/happened";
import type { ContactDetail } from "../documents";

export const lanes = ["chat", "link", "routing", "consent", "control"] as const;
export type Lane = (typeof lanes)[number];

export interface Mark {
  key: string;
  at: number;
  lane: Lane;
  text: string;
  /** Who wrote or did it, in words. */
  by: string;
}

const control = /^display\.(control_|page_|widget_)/;

/** Undefined: it is told elsewhere, or says nothing to whoever looks at a replay. */
export function laneOf(kind: string): Lane | undefined {
  if (kind === "link.message_sent") return undefined;
  if (kind.startsWith("link.")) return "link";
  if (/^(contact|reservation|callback)\./.test(kind)) return "routing";
  if (control.test(kind)) return "control";
  if (kind === "display.registered" || kind === "display.left" || kind === "display.digested" || kind === "display.replayed") return undefined;
  return kind.startsWith("display.") ? "consent" : undefined;
}

export function marksOf({ timeline, transcript }: Pick<ContactDetail, "timeline" | "transcript">, telling: Telling & { agent: string }): Mark[] {
  const decided = timeline.flatMap((entry): Mark[] => {
    const { at, seq, kind } = entry;
    const lane = laneOf(kind);
    const text = lane === undefined ? undefined : happened(entry, telling);
    return lane === undefined || text === undefined ? [] : [{ key: `${seq}${kind}`, at: Date.parse(at), lane, text, by: telling.actor(entry) }];
  });
  const said = transcript.map(({ id, at, from, text }): Mark => ({
    key: id,
    at: Date.parse(at),
    lane: "chat",
    text: text ?? say("staff.erased"),
    by: from === "AGENT" ? telling.agent : telling.customer,
  }));
  return [...decided, ...said].sort((a, b) => a.at - b.at);
}

/** From where to where: everything that was decided, said or shown. */
export function spanOf(marks: readonly Mark[], frames: readonly number[]): { begin: number; end: number } {
  const instants = [...marks.map((mark) => mark.at), ...[frames[0], frames.at(-1)].filter((at) => at !== undefined)];
  if (instants.length === 0) return { begin: 0, end: 0 };
  return { begin: Math.min(...instants), end: Math.max(...instants) };
}
