// What I have begun to write, by contact: kept in this tab, also over a reload, until it is sent or I sign out.
import { session, whenLeft } from "../../shared/session/session";

const KEPT_AS = "lockstep.drafts";
/** Of the oldest contacts drafts are given up first. */
const CONTACTS_MAX = 50;

interface Kept {
  staff: string;
  /** By contact, then by what is written there; the last one written to comes last. */
  contacts: Record<string, Record<string, string>>;
}

function read(staff: string): Kept {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "null") as Partial<Kept> | null;
    // What somebody else began in this tab is nobody's now.
    if (kept?.staff === staff && typeof kept.contacts === "object" && kept.contacts !== null) return { staff, contacts: kept.contacts };
  } catch {
    // What cannot be read is absent.
  }
  return { staff, contacts: {} };
}

function write({ staff, contacts }: Kept): void {
  const kept = Object.fromEntries(Object.entries(contacts).slice(-CONTACTS_MAX));
  try {
    if (Object.keys(kept).length === 0) sessionStorage.removeItem(KEPT_AS);
    else sessionStorage.setItem(KEPT_AS, JSON.stringify({ staff, contacts: kept }));
  } catch {
    // No room: what stands in the field is still there.
  }
}

function me(): string | undefined {
  const now = session.peek();
  return now.state === "in" ? now.staff.id : undefined;
}

export function draftOf(contact: string, what: string): string {
  const staff = me();
  if (staff === undefined) return "";
  const text: unknown = read(staff).contacts[contact]?.[what];
  return typeof text === "string" ? text : "";
}

export function keepDraft(contact: string, what: string, text: string): void {
  const staff = me();
  if (staff === undefined) return;
  const { contacts } = read(staff);
  const { [contact]: mine = {}, ...others } = contacts;
  const written = { ...mine, [what]: text };
  const kept = Object.fromEntries(Object.entries(written).filter(([, words]) => words !== ""));
  write({ staff, contacts: Object.keys(kept).length === 0 ? others : { ...others, [contact]: kept } });
}

/** Only of these contacts anything is kept: the others are no longer mine. */
export function keepDraftsOf(mine: readonly string[]): void {
  const staff = me();
  if (staff === undefined || sessionStorage.getItem(KEPT_AS) === null) return;
  const { contacts } = read(staff);
  write({ staff, contacts: Object.fromEntries(Object.entries(contacts).filter(([contact]) => mine.includes(contact))) });
}

whenLeft(() => sessionStorage.removeItem(KEPT_AS));
