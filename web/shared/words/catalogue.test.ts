// The catalogues are whole: every language of customers has every text, and every text is said somewhere.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogues, customers, placeholders } from "../../scripts/words.mjs";
import { refusals } from "../../widget/refusals";
import codes from "./codes.json";
import { outsideTexts } from "./outside";

const web = resolve(import.meta.dirname, "../..");
const { en, ...others } = catalogues();
/** Front ends whose texts all stand in the catalogue. */
const moved: readonly string[] = ["widget", "display", "desk", "board", "graphiql", "shared/ui", "shared/session", "shared/display", "shared/live"];

/** What the doors ask of browsers and forms, and what a customer alone may not have: no screen of staff sends it. */
const customersAlone = /^(ask|form|identity)\.|^(contract|network|token)_|^too_slow$/;

/** What a customer meets in other words than the widget's notice, by what says it; empty where only a program can be meant. */
const elsewhere: readonly (readonly [codes: RegExp, where: string])[] = [
  [/^(contract|network)_/, "widget/ask/denied.tsx"],
  [/^number\./, "widget/callback/form.tsx"],
  [/^form\.|^time\.|^zone\./, "../api/src/edge/ask/page.rs"],
  [/^display\.text_not_in_force$/, "display/main.ts"],
  [/^display\.widget_stale$/, "display/shared/changes.ts"],
  // What is sent while sharing: it failed, and sharing is as it was.
  [/^display\./, "display/main.ts"],
  // Ids, topics, stars and states that only a program makes up; and a line that the widget mends by itself.
  [/^(callback|contact|link)\.(no_facts|not_yours|queue_unknown|no_stars)$|^(command|document|identity|name|page|stars|state|text|ticket|topic|visit)\.|^token_/, ""],
  [/^(bad_input|forbidden|not_found|rate_limited|too_large|too_slow|unauthenticated|unavailable)$/, ""],
];

function sources(folder: string): string[] {
  return readdirSync(join(web, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

describe.each(Object.entries(others))("%s", (language, catalogue) => {
  const theirs = Object.keys(en).filter((key) => customers.some((prefix) => key.startsWith(prefix)));

  it("has every text that customers read, and no other", () => {
    expect(Object.keys(catalogue).sort()).toEqual(theirs.sort());
  });

  it("has the same placeholders", () => {
    for (const key of theirs) expect(placeholders(catalogue[key] ?? ""), key).toEqual(placeholders(en[key] ?? ""));
  });

  it("has a form for every number", () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [key, text] of Object.entries(catalogue)) {
      if (typeof text !== "string") expect(Object.keys(text).sort(), key).toEqual([...pluralCategories].sort());
    }
  });
});

it("every text is said somewhere", () => {
  const all = ["widget", "display", "mirror", "recorder", "desk", "board", "graphiql", "shared"].flatMap(sources);
  const code = all.map((file) => readFileSync(join(web, file), "utf8")).join("\n");
  const server = ["ask.rs", "ask/page.rs"].map((file) => readFileSync(resolve(web, "../api/src/edge", file), "utf8")).join("\n");
  // A family is said by a key that is put together: say(`desk.presence.${state}`).
  const families = [...code.matchAll(/`([a-z]+\.[\w.]*)\$\{/g)].map(([, prefix]) => prefix ?? "");
  const said = (key: string) => code.includes(`"${key}"`) || server.includes(`"${key}"`) || families.some((family) => key.startsWith(family));
  expect(Object.keys(en).filter((key) => !said(key))).toEqual([]);
});

it.each(codes.filter(({ code }) => !customersAlone.test(code)))("staff read in words why not: $code", ({ code, data }) => {
  const words = en[`refusal.${code}`] ?? en[`failure.${code}`];
  expect(words, `en.json has no refusal.${code}`).toBeDefined();
  expect(data).toEqual(expect.arrayContaining(placeholders(words ?? "")));
});

it.each(codes.filter(({ customers: met }) => met))("a customer reads in words why not: $code", ({ code }) => {
  if (code in refusals) return;
  const [, where] = elsewhere.find(([known]) => known.test(code)) ?? [];
  expect(where, `neither widget/refusals.ts nor anything else knows ${code}`).toBeDefined();
  const [noun = code] = code.split(/[._]/);
  if (where) expect(readFileSync(resolve(web, where), "utf8")).toContain(noun);
});

it("there are no words for a code that no door says", () => {
  const said = new Set(codes.map(({ code }) => code));
  const own = new Set(["other", "network", "undecided", "late", "429", "page"]);
  const worded = Object.keys(en).flatMap((key) => /^(?:refusal|failure)\.(.+)$/.exec(key)?.[1] ?? []);
  expect(worded.filter((code) => !said.has(code) && !own.has(code))).toEqual([]);
});

it.each(moved)("every text of %s stands in the catalogue", (folder) => {
  expect(sources(folder).flatMap((file) => outsideTexts(join(web, file)))).toEqual([]);
});
