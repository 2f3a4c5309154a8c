import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { cost, extras, inWords, needed, recommended, tariffs, type Needs } from "./tariffs";

const alone: Needs = { people: 1, screens: 0, office: false, uploads: false, landline: false, wifi: false, address: false, note: "" };
const page = readFileSync(resolve(import.meta.dirname, "../tariffs.html"), "utf8");
const row = (title: string) => {
  const cells = new RegExp(`<t[dh]>${title}</t[dh]>(.*?)</tr>`).exec(page)?.[1] ?? "";
  return [...cells.matchAll(/<td>(.*?)<\/td>/g)].map((cell) => cell[1] ?? "");
};

test("the prices are those of the page", () => {
  expect(row("A month").slice(0, 3)).toEqual(tariffs.map(({ monthly }) => `£${monthly}`));
  expect(row("Connecting you").slice(0, 3)).toEqual(tariffs.map(({ connecting }) => (connecting === 0 ? "Free" : `£${connecting}`)));
  expect(row("What you get at the least").slice(0, 3)).toEqual(tariffs.map(({ least }) => `${least} Mbit/s`));
  for (const { name, monthly } of extras) expect(row(name)[0]).toBe(`£${monthly}`);
});

test.each([
  ["somebody alone", {}, "Fibre 50"],
  ["two who stream at once", { people: 2, screens: 2 }, "Fibre 50"],
  ["two and a home office", { people: 2, screens: 1, office: true }, "Fibre 250"],
  ["a full house", { people: 5, screens: 4 }, "Fibre 250"],
  ["a home office with large uploads", { people: 1, office: true, uploads: true }, "Fibre 250"],
  ["a family of four with both", { people: 4, screens: 3, office: true, uploads: true }, "Fibre 1000"],
])("%s: the line carries what they need", (_, some, name) => {
  const needs = { ...alone, ...some };
  expect(recommended(needs).name).toBe(name);
  expect(needed(needs)).toBeLessThanOrEqual(recommended(needs).least);
});

test("a year costs twelve months and connecting", () => {
  const { lines, ...sum } = cost({ ...alone, people: 2, screens: 2, office: true, landline: true });
  expect(lines.map(({ name }) => name)).toEqual(["Fibre 250", "Landline with your number"]);
  expect(sum).toEqual({ monthly: 38, connecting: 39, firstYear: 495 });
});

test("numbers from elsewhere are kept within what can be chosen", () => {
  expect(needed({ ...alone, people: 9_999, screens: -3 })).toBe(25);
});

test("whoever calls back reads the answers", () => {
  expect(inWords({ ...alone, people: 5, screens: 1, office: true, wifi: true, note: " After six, please " })).toEqual({
    title: "Fibre 250, Second Wi-Fi point: £35 a month",
    text: "At home: 5 or more people, 1 screen at once, work from home; about 70 Mbit/s at the busiest. First year £459. They add: After six, please",
  });
});
