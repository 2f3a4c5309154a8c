import { expect, test, vi } from "vitest";
import type { Page } from "../../widget/page";
import { settingsFrom } from "../../widget/settings";
import { unread } from "../../widget/page";
import { sharedState } from "./call-me-back";

vi.stubGlobal("matchMedia", () => ({ matches: false }));

const settings = settingsFrom("https://edge.example/widget.js", (name) => (name === "data-title" ? "Ask Brightwater" : null));
const page = (some: Partial<Page>): Page => ({
  open: true,
  asking: { step: "callback", topic: "tariffs", later: false, date: "2025-12-01", time: "10:00" },
  notice: null,
  signIn: null,
  number: null,
  topics: [{ topic: "tariffs", title: "Tariffs" }],
  availability: null,
  me: null,
  connection: { is: "live" },
  pending: [],
  away: [],
  read: {},
  ...some,
});

test("numbers and what is half typed are dots", () => {
  const me = { contacts: [], callbacks: [{ id: "c", number: "+44 117 496 0001", numberShown: "0117 496 0001", topicTitle: "Tariffs" }] } as unknown as Page["me"];
  const state = sharedState(page({ me }), settings, (name) => (name === "number" ? "+44 7700" : "My PIN is 12"));
  expect(state).toMatchObject({
    title: "Ask Brightwater",
    open: true,
    asking: { step: "callback" },
    drafts: { number: "+•• ••••", say: "•• ••• •• ••" },
    me: { callbacks: [{ number: "+•• ••• ••• ••••", numberShown: "•••• ••• ••••" }] },
  });
  expect(JSON.stringify(state)).not.toMatch(/496|7700|PIN/);
});

test("the state does not contain itself, nor the customer's name, and stays small", () => {
  const messages = Array.from({ length: 300 }, (_, id) => ({ id: String(id), from: "AGENT", at: "2025-12-01T10:00:00Z", text: "x".repeat(900) }));
  const contact = { id: "k", display: { widgets: [{ name: "call-me-back", version: 1, state: "{}" }] }, link: { id: "l", medium: "chat", state: "CONNECTED", messages } };
  const me = { name: "Ada Marsh", contacts: Array.from({ length: 9 }, () => contact), callbacks: [] } as unknown as Page["me"];
  const json = JSON.stringify(sharedState(page({ me }), settings, () => ""));
  expect(json).not.toMatch(/Ada|"widgets"/);
  expect(json.length).toBeLessThan(16_000);
});

test.each([
  [1, 0],
  [7, 0],
  [40, 0],
  [7, 6],
  [7, 7],
  [40, 38],
  [40, 40],
])("of %i messages of which %i are read, both sides count the same as unread", (count, seen) => {
  const messages = Array.from({ length: count }, (_, id) => ({ id: String(id), from: "AGENT", at: "2025-12-01T10:00:00Z", text: "Hello" }));
  const me = { contacts: [{ id: "k", display: null, link: { id: "l", medium: "chat", state: "CONNECTED", messages } }], callbacks: [] } as unknown as Page["me"];
  const now = page({ me, read: { l: seen } });
  const there = sharedState(now, settings, () => "") as Page;
  expect(unread(there)).toBe(unread(now));
});
