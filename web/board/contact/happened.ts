// What happened to a contact, told in phases: waiting, connecting, talking, wrap-up; routing's own steps are folded away.
import { nameIn } from "../../shared/lib/name";
import { say } from "../../shared/words/say";
import { exitWord, humanise } from "../../shared/words/state";
import type { ContactDetail } from "../documents";

type Entry = ContactDetail["timeline"][number];
export type Phase = "waiting" | "connecting" | "talking" | "wrapUp" | "after";

export interface Line {
  key: string;
  at: string;
  seq: number;
  text: string;
}

export interface Chapter {
  key: string;
  phase: Phase;
  from: string;
  /** Nothing while it goes on. */
  to: string | undefined;
  lines: Line[];
  /** What only somebody wants to read who asks why routing did what it did. */
  routing: Line[];
  /** How much was written meanwhile. */
  messages: number;
}

export interface Telling {
  /** Who did it. */
  actor: (entry: Entry) => string;
  customer: string;
  topic: string;
  /** How it ended, in words. */
  disposition: string;
}

/** Said by another entry, or of no use to anybody who reads. */
const untold = new Set([
  "contact.reconsidered",
  "display.digested",
  "display.left",
  "display.registered",
  "display.widget_changed",
  "link.connected",
  "link.held",
  "link.message_sent",
  "link.requested",
  "link.resumed",
  "reservation.completed",
  "reservation.connected",
  "reservation.connecting",
  "reservation.asked_why",
  "reservation.extended",
]);
const begins: Readonly<Record<string, Phase>> = {
  "contact.queued": "waiting",
  "callback.queued": "waiting",
  "reservation.offered": "waiting",
  "reservation.accepted": "connecting",
  "contact.talking": "talking",
  "reservation.wrapping": "wrapUp",
  "contact.completed": "after",
  "contact.left": "after",
  "callback.completed": "after",
};

export function chaptersOf(timeline: readonly Entry[], telling: Telling): Chapter[] {
  const chapters: Chapter[] = [];
  let agent = "";
  for (const entry of timeline) {
    const phase = begins[entry.kind] ?? chapters.at(-1)?.phase ?? "waiting";
    let chapter = chapters.at(-1);
    if (chapter?.phase !== phase) {
      if (chapter) chapter.to = entry.at;
      chapter = { key: String(entry.seq), phase, from: entry.at, to: undefined, lines: [], routing: [], messages: 0 };
      chapters.push(chapter);
    }
    agent = nameIn(entry.agentName, agent);
    if (entry.kind === "link.message_sent") chapter.messages += 1;
    const text = happened(entry, { ...telling, agent });
    if (text === undefined) continue;
    const line = { key: `${entry.seq}${entry.kind}`, at: entry.at, seq: entry.seq, text };
    (entry.routine || entry.kind === "entitlement.granted" || !isKnown(entry.kind) ? chapter.routing : chapter.lines).push(line);
  }
  return chapters;
}

type Known = (key: string, values: Record<string, string>) => string;
const known = say as Known;
const isKnown = (kind: string) => known(`board.happened.${kind}`, {}) !== "";

/** Undefined: nothing that has to be told. */
export function happened(entry: Entry, telling: Telling & { agent: string }): string | undefined {
  const { kind } = entry;
  if (untold.has(kind)) return undefined;
  const values = {
    name: telling.actor(entry),
    agent: nameIn(entry.agentName, telling.agent || say("board.agent.one")),
    customer: telling.customer,
    topic: telling.topic,
    detail: detailOf(entry, telling),
  };
  const anyone = kind === "contact.reassigned" && entry.agentName == null;
  return known(`board.happened.${kind}${anyone ? ".anyone" : ""}`, values) || humanise(kind);
}

/** What the entry is about beside who did it: a number, or how something ended. */
function detailOf({ kind, facts }: Entry, { disposition }: Telling): string {
  const fact = (name: string) => facts.find((one) => one.name === name)?.value ?? "";
  switch (kind) {
    case "contact.left":
      return exitWord(fact("exit"));
    case "contact.completed":
      return disposition;
    case "callback.completed":
      return endWords(fact("reason"));
    case "link.ended":
    case "callback.attempt_ended":
      return endWords(fact("end"));
    default:
      return fact("step") || fact("priority") || fact("stars") || fact("attempt");
  }
}

function endWords(code: string): string {
  return known(`board.end.${code}`, {}) || humanise(code);
}
