// The catalogues are whole: every language of customers has every text, and every text is said somewhere.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogues, customers, placeholders } from "../../scripts/words.mjs";
import { outsideTexts } from "./outside";

const web = resolve(import.meta.dirname, "../..");
const { en, ...others } = catalogues();
/** Front ends whose texts all stand in the catalogue. */
const moved: readonly string[] = ["widget", "display", "desk", "board", "graphiql", "shared/ui", "shared/session", "shared/display", "shared/live"];

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

it.each(moved)("every text of %s stands in the catalogue", (folder) => {
  expect(sources(folder).flatMap((file) => outsideTexts(join(web, file)))).toEqual([]);
});
