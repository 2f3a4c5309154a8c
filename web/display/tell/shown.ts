// What the customer is told and asked about the display, all in one value.
import type { Me, OwnContact, OwnDisplay } from "../../widget/door/documents";
import type { Line } from "../socket/ingest";

export interface Shown {
  contact: OwnContact;
  /** Null: there is none, or it has ended. */
  display: OwnDisplay | null;
  /** Whether sharing is over although the log does not say so yet. */
  stopping: boolean;
  /** This tab is the one that is shown. */
  active: boolean;
  line: Line | null;
  /** The offer lies open. */
  asking: boolean;
  /** The bar lies open on a small screen. */
  wide: boolean;
  previewing: boolean;
  /** What has just happened or went wrong, in words. */
  notice: string | null;
  /** The page that is looked at together. */
  together: string | null;
}

export const agentOf = ({ contact }: Pick<Shown, "contact">): string => contact.agentName ?? "the agent";

const talking = new Set(["LINKING", "TALKING", "HELD"]);

/** The contact whose display counts: one that is not over, else one in which it may begin again. */
export function contactWithDisplay(me: Me | null): OwnContact | null {
  const contacts = me?.contacts ?? [];
  return (
    contacts.find(({ display }) => display !== null && display.state !== "ENDED") ??
    contacts.find(({ display, state }) => display !== null && talking.has(state)) ??
    null
  );
}

export const openDisplayOf = (contact: OwnContact | null): OwnDisplay | null =>
  contact?.display != null && contact.display.state !== "ENDED" ? contact.display : null;

const roles = { AGENT: "", SUPERVISOR: " (supervisor)", EXPERT: " (expert)" } as const;

/** Who is looking, as a sentence. */
export function lookers({ watchers }: Pick<OwnDisplay, "watchers">): string {
  const names = [...new Set(watchers.map(({ name, role }) => name + roles[role]))];
  if (names.length === 0) return "Nobody is looking at this page right now";
  if (names.length === 1) return `${names[0] ?? ""} sees this page`;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""} see this page`;
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
