// Texts that are on their way, by contact: another contact may open meanwhile, the page may be loaded again.
import { signal } from "@preact/signals";
import { draftOf, keepDraft } from "../draft/drafts";
import type { Pending } from "./pending";

const known = signal<ReadonlyMap<string, readonly Pending[]>>(new Map());

export function pendingOf(contact: string): readonly Pending[] {
  return known.value.get(contact) ?? interrupted(draftOf(contact, "unsent"));
}

export function changePending(contact: string, change: (before: readonly Pending[]) => readonly Pending[]): void {
  const after = change(pendingOf(contact));
  known.value = new Map(known.peek()).set(contact, after);
  keepDraft(contact, "unsent", after.length === 0 ? "" : JSON.stringify(after));
}

/** As kept before a reload: nobody waits any more for the answer to what was on its way. */
export function interrupted(json: string): Pending[] {
  try {
    const kept: unknown = json === "" ? [] : JSON.parse(json);
    return Array.isArray(kept) ? kept.filter(isPending).map((one) => (one.state === "sending" ? { ...one, state: "interrupted" } : one)) : [];
  } catch {
    return [];
  }
}

function isPending(value: unknown): value is Pending {
  const one = value as Partial<Pending> | null;
  return typeof one?.id === "string" && typeof one.text === "string" && typeof one.after === "number" && typeof one.state === "string";
}
