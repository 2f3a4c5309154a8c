// When a customer wants to be called, and how often it was tried.
import { timeWords } from "../../shared/lib/time";
import { say } from "../../shared/words/say";
import type { Pop } from "../documents";

export function callbackWords({ asap, at, attempts }: NonNullable<Pop["callback"]>): string {
  const when = asap || at == null ? say("desk.customer.callback.asap") : say("desk.customer.callback.at", { time: timeWords(at) });
  return attempts === 0 ? when : say("desk.customer.attempt", { when, count: attempts });
}
