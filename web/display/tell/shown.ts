// What the customer is told and asked about the display, all in one value.
import type { Me, OwnDisplay } from "../../widget/door/documents";
import type { ConsentText } from "../documents";
import { troubleOf, type Trouble } from "../shared/trouble";
import type { Line } from "../socket/ingest";
import { locale, say } from "../../shared/words/say";

/** A chat, or a call that was asked for. */
export interface Talk {
  contact: string;
  topic: string;
  agentName: string | null;
  on: boolean;
  display: OwnDisplay | null;
}

export interface Shown {
  talk: Talk;
  /** Null: there is none, or it has ended. */
  display: OwnDisplay | null;
  /** Whether sharing is over although the log does not say so yet. */
  stopping: boolean;
  /** This tab is the one that is shown. */
  active: boolean;
  line: Line | null;
  /** The offer lies open. */
  asking: boolean;
  /** What it says and asks; null: not here yet. */
  text: ConsentText | null;
  /** The bar lies open on a small screen. */
  wide: boolean;
  previewing: boolean;
  /** What has just happened or went wrong, in words. */
  notice: string | null;
  /** The page that is looked at together. */
  together: string | null;
}

export const agentOf = ({ talk }: Pick<Shown, "talk">): string => talk.agentName ?? say("display.agent");

const goes_on = new Set<string | null>(["LINKING", "TALKING", "HELD"]);

function talksOf({ contacts, callbacks }: Me): Talk[] {
  const chats = contacts.map(({ id, topic, agentName, state, display }) => ({ contact: id, topic, agentName, on: goes_on.has(state), display }));
  const calls = callbacks.flatMap(({ contact, contactState, topic, agentName, display }) =>
    contact === null ? [] : [{ contact, topic, agentName, on: goes_on.has(contactState), display }],
  );
  return [...chats, ...calls];
}

export const openDisplayOf = (talk: Talk | null): OwnDisplay | null =>
  talk?.display != null && talk.display.state !== "ENDED" ? talk.display : null;

/** The talk whose display counts: the one that is shared, else the last that was offered, else one in which it may begin again. */
export function talkWithDisplay(me: Me | null): Talk | null {
  const all = me === null ? [] : talksOf(me);
  const open = all.filter((talk) => openDisplayOf(talk) !== null);
  return open.find(({ display }) => display?.state !== "OFFERED") ?? open.at(-1) ?? all.find(({ display, on }) => display !== null && on) ?? null;
}

function nameOf({ name, role }: OwnDisplay["watchers"][number]): string {
  if (role === "SUPERVISOR") return say("display.watcher.supervisor", { name });
  return role === "EXPERT" ? say("display.watcher.expert", { name }) : name;
}

/** Who is looking, as a sentence. */
export function lookers({ watchers }: Pick<OwnDisplay, "watchers">): string {
  const names = [...new Set(watchers.map(nameOf))];
  if (names.length === 0) return say("display.bar.nobody");
  return say("display.bar.seen", { count: names.length, names: new Intl.ListFormat(locale(), { type: "conjunction" }).format(names) });
}

/** Why this page is not seen. */
export const troubleInWords = (trouble: Trouble["trouble"]): string => (trouble === "too_large" ? say("display.trouble.too_large") : say("display.trouble.stopped"));

/** What is going on, in one line. */
export function headline(shown: Shown, display: OwnDisplay): string {
  if (display.state === "PAUSED") return say("display.bar.paused", { name: agentOf(shown) });
  if (!shown.active) return say("display.bar.other_tab");
  if (shown.line?.is === "lost") return say("display.bar.lost");
  const told = troubleOf(display);
  if (told !== null && told.pageLoad === Math.round(performance.timeOrigin)) return troubleInWords(told.trouble);
  return lookers(display);
}

/** An address as people read it. */
export function spoken(address: string): string {
  try {
    const { host, pathname } = new URL(address);
    return host + (pathname === "/" ? "" : pathname);
  } catch {
    return address;
  }
}
