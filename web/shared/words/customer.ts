// What a customer is called on every screen: by name, or as a visitor with a mark that tells one from the other.
import { plainName } from "../lib/name";

interface Of {
  /** The contact; of a callback that has not begun one, the callback. */
  contact?: string | null;
  /** The callback that it carries out: its mark stays the same over all attempts. */
  callback?: string | null;
}

export function customerWords(name: string | null | undefined, of: Of): string {
  return plainName(name) ?? `Visitor ${markOf(of.callback ?? of.contact ?? "")}`.trim();
}

/** The end of an id: the rest of it is a time. */
function markOf(id: string): string {
  return id.replaceAll("-", "").slice(-4).toUpperCase();
}
