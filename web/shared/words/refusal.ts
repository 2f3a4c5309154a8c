// Why something was not done, in words: by the code of the refusal or of the failure. What has no words of its own gets a general sentence.
import { say } from "./say";

type Values = Readonly<Record<string, string | number>>;
/** Codes come from the server: not every one is known here. */
const known = say as (key: string, values: Values) => string;

/** The domain's no. */
export function refusalWords({ code, data = {} }: { code: string; data?: Values }): string {
  return known(`refusal.${code}`, data) || say("refusal.other");
}

/** The world failed: no network, no answer, no permission. */
export function failureWords(code: string): string {
  return known(`failure.${code.toLowerCase()}`, {}) || say("failure.other");
}
