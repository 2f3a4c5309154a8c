// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { noticeSecrets } from "./secrets";
import { settingsFrom } from "./settings";

const settings = settingsFrom("https://help.example/widget.js", () => null);
noticeSecrets(settings);
const field = (html: string): HTMLInputElement => {
  document.body.innerHTML = html;
  return document.querySelector("input") as HTMLInputElement;
};
const noticed = () => new Promise((done) => setTimeout(done));

test("a password that is turned into a text is remembered, with its name", async () => {
  const password = field('<input type="password" name="pin">');
  password.type = "text";
  await noticed();
  expect(settings.secrets?.has(password)).toBe(true);
  expect(settings.secretNames?.has("pin")).toBe(true);
});

test("so is a field for a card or a code, without its name", async () => {
  const card = field('<input autocomplete="section-a cc-number" name="note">');
  card.autocomplete = "off";
  await noticed();
  expect([settings.secrets?.has(card), settings.secretNames?.has("note")]).toEqual([true, false]);
});

test("one in a shadow root is remembered when somebody goes into it", () => {
  const host = document.createElement("div");
  document.body.append(host);
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = '<input type="password">';
  const password = root.querySelector("input") as HTMLInputElement;
  password.dispatchEvent(new FocusEvent("focusin", { bubbles: true, composed: true }));
  expect(settings.secrets?.has(password)).toBe(true);
});

test("a text is nothing to remember", async () => {
  const text = field('<input type="text" name="town">');
  text.type = "search";
  await noticed();
  expect(settings.secrets?.has(text)).toBe(false);
});
