// What a customer is called on every screen: by name, or as a visitor with a mark that tells one from the other.
import { plainName } from "../lib/name";
import { say } from "./say";

interface Of {
  /** What the server calls this visitor, the same wherever the visit is shown. */
  visitor?: string | null;
  /** The contact; of a callback that has not begun one, the callback. */
  contact?: string | null;
  /** The callback that it carries out: its mark stays the same over all attempts. */
  callback?: string | null;
}

export function customerWords(name: string | null | undefined, of: Of): string {
  return plainName(name) ?? say("staff.customer.visitor", { mark: markOf(of) });
}

/** For whoever may not know who it was. */
export function unnamedWords(of: Of): string {
  return say("staff.customer.unnamed", { mark: markOf(of) });
}

/** The end of an id: the rest of it is a time. */
function markOf({ visitor, contact, callback }: Of): string {
  if (visitor != null) return visitor;
  return (callback ?? contact ?? "").replaceAll("-", "").slice(-4).toUpperCase();
}
