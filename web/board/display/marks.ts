// What stands on the timeline of a replay beside the page: chat, link, routing, consent, control.
import type { ContactDetail } from "../documents";

export type Lane = "chat" | "link" | "routing" | "consent" | "control";

export const lanes: { lane: Lane; label: string }[] = [
  { lane: "chat", label: "Chat" },
  { lane: "link", label: "Link" },
  { lane: "routing", label: "Routing" },
  { lane: "consent", label: "Consent" },
  { lane: "control", label: "Control" },
];

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

export function marksOf({ timeline, transcript }: Pick<ContactDetail, "timeline" | "transcript">, by: { agent: string; customer: string; actor: (actor: string) => string }): Mark[] {
  const decided = timeline.flatMap(({ at, seq, kind, text, actor }): Mark[] => {
    const lane = laneOf(kind);
    return lane === undefined ? [] : [{ key: `${seq}${kind}`, at: Date.parse(at), lane, text, by: by.actor(actor) }];
  });
  const said = transcript.map(({ id, at, from, text }): Mark => ({
    key: id,
    at: Date.parse(at),
    lane: "chat",
    text: text ?? "Erased",
    by: from === "AGENT" ? by.agent : by.customer,
  }));
  return [...decided, ...said].sort((a, b) => a.at - b.at);
}

/** From where to where: everything that was decided, said or shown. */
export function spanOf(marks: readonly Mark[], frames: readonly number[]): { begin: number; end: number } {
  const instants = [...marks.map((mark) => mark.at), ...[frames[0], frames.at(-1)].filter((at) => at !== undefined)];
  if (instants.length === 0) return { begin: 0, end: 0 };
  return { begin: Math.min(...instants), end: Math.max(...instants) };
}
