// How much of each talk I have seen: only this tab's matter, so the server does not know it.
import { signal } from "@preact/signals";
import type { DeskContact } from "../documents";

const seen = signal<ReadonlyMap<string, number>>(new Map());

function fromCustomer(contact: DeskContact): number {
  return contact.link?.messages.filter((message) => message.from === "CUSTOMER").length ?? 0;
}

export function unseen(contact: DeskContact): number {
  return Math.max(0, fromCustomer(contact) - (seen.value.get(contact.contact) ?? 0));
}

export function markSeen(contact: DeskContact): void {
  const count = fromCustomer(contact);
  if (seen.peek().get(contact.contact) !== count) seen.value = new Map(seen.peek()).set(contact.contact, count);
}
