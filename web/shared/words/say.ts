// Every text that people see stands in a catalogue, one file a language: `say("desk.offer.accept")`.
//
// A text may hold `{placeholders}`; where it depends on a `{count}`, it is an object of the categories of
// `Intl.PluralRules`. `npm run codegen` prints the keys and what each of them needs into `keys.d.ts`. The customer's
// bundles carry only their own texts, by number (`scripts/words.mjs`): there a key is always written out in full.
import type { Words } from "./keys";
import english from "./en.json";

export type Key = keyof Words;
export type Text = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Catalogue = Readonly<Record<string, Text>>;

let spoken: Catalogue = english;
let tag = "en-GB";
let plurals = new Intl.PluralRules(tag);

/** From here on everything is said in this language. `region` is for dates: `de-AT`. */
export function speakIn(region: string, catalogue: Catalogue): void {
  spoken = catalogue;
  tag = region;
  plurals = new Intl.PluralRules(region);
}

/** The language with its region, for `Intl` and `toLocaleString`. */
export const locale = (): string => tag;

/** The text of this key, with its placeholders filled in. */
export function say<K extends Key>(key: K, ...[values]: keyof Words[K] extends never ? [] : [Words[K]]): string {
  const text = spoken[key] ?? "";
  const given = (values ?? {}) as Record<string, string | number>;
  const one = typeof text === "string" ? text : (text[plurals.select(Number(given.count))] ?? text.other ?? "");
  return one.replace(/{(\w+)}/g, (_, name: string) => String(given[name] ?? ""));
}
