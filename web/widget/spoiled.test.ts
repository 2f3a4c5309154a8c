// @vitest-environment happy-dom
// Whatever stands in the browser's storage under our names, the widget comes; what belongs to another visit does not.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { settingsFrom } from "./settings";

// Whichever of the two a build asks for, and by whichever name.
const runtime = vi.hoisted(() => async () => {
  const { Fragment, jsx, jsxs, show } = await import("./parts/jsx-runtime");
  return { Fragment, jsx, jsxs, show, jsxDEV: jsx };
});
vi.mock("preact/jsx-runtime", runtime);
vi.mock("preact/jsx-dev-runtime", runtime);

const settings = settingsFrom("https://edge.example/widget.js", (name) => ({ "data-identity-url": "/identity" })[name]);
const hour_ms = 3_600_000;

let visits = 0;
let signedIn: string | null = null;
let activity: { url: string }[] = [];
let sent: string[] = [];

const json = (body: unknown) => Promise.resolve(new Response(JSON.stringify(body)));
const jwt = (customer: string) => `x.${btoa(JSON.stringify({ sub: customer }))}.y`;

beforeEach(() => {
  visits = 0;
  signedIn = null;
  activity = [];
  sent = [];
  localStorage.clear();
  sessionStorage.clear();
  vi.useFakeTimers();
  // A line on which nobody says anything.
  vi.stubGlobal("WebSocket", class { send() {} close() {} });
  vi.stubGlobal("fetch", (url: string, { body }: { body: string }) => {
    if (url === "/identity") return json({ token: signedIn === null ? null : jwt(signedIn) });
    if (url.endsWith("/visit")) {
      visits += 1;
      return json({ visit: `v${visits}`, token: `t${visits}`, expiresAt: new Date(Date.now() + hour_ms).toISOString() });
    }
    if (url.endsWith("/activity")) {
      activity.push(...(JSON.parse(body) as { views: { url: string }[] }).views);
      return json({});
    }
    sent.push(body);
    return json({ data: { topics: [{ topic: "tariffs", title: "Tariffs" }], say: { __typename: "Done", token: "site:demo@1" } } });
  });
});
afterEach(() => {
  vi.clearAllTimers();
  vi.unstubAllGlobals();
});

/** One page load, as far as everything that waits has been done. */
async function load() {
  vi.resetModules();
  const [{ openDoor }, { pageOf }, { show }, { Widget }, inside] = await Promise.all([
    import("./door/door"),
    import("./page"),
    import("./parts/jsx-runtime"),
    import("./widget"),
    import("./panel"),
  ]);
  const door = openDoor(settings);
  const { page, acts } = pageOf(door, settings.site, null);
  const place = document.createElement("div");
  page.follow((now) => show(place, Widget({ page: now, acts, title: "Help", panel: { module: inside, loading: false, tries: 0, load: () => undefined } })));
  await vi.advanceTimersByTimeAsync(1000);
  return { door, page, acts, place };
}

const values = [
  "",
  "null",
  "undefined",
  "0",
  "-1e400",
  '"x"',
  "[]",
  "{}",
  "[null]",
  "[[]]",
  '{"length":3}',
  '{"visit":"01a2',
  '{"visit":1,"token":2,"expiresAt":"never","openedAt":[],"customer":{}}',
  '{"visit":"v","token":"two\\nlines","expiresAt":9e15,"openedAt":0,"customer":null}',
  '{"visit":"v","token":"tökén","expiresAt":9e15,"openedAt":0,"customer":null}',
  '{"step":"callback"}',
  '{"step":"callback","topic":{},"date":1,"time":null}',
  '{"step":"callback","topic":"t","date":"x","time":"y","about":null}',
  '{"step":"denied","topic":"t","denied":null}',
  '{"step":"how","topic":null}',
  '{"step":"reschedule"}',
  '{"step":"elsewhere"}',
  '[{"commandId":"1","name":"say","variables":null,"at":0}]',
  '[{"pageLoad":"x","seq":-1,"url":5,"title":{}}]',
  "\u0000\uffff",
  "x".repeat(100_000),
];
const names = ["", ".panel", ".away", ".read", ".open", ".asking", ".pending", ".views", ".draft.say", ".draft.number", ".of", ".display.stopped", ".display.followed"];

for (const name of names) {
  test(`the widget comes whatever stands under lockstep.demo${name}`, { timeout: 60_000 }, async () => {
    for (const value of values) {
      for (const storage of [localStorage, sessionStorage]) {
        localStorage.clear();
        sessionStorage.clear();
        for (const both of [localStorage, sessionStorage]) both.setItem("lockstep.demo.of", "v");
        // A visit that is good, so that what is kept of it is read.
        localStorage.setItem("lockstep.demo", JSON.stringify({ visit: "v", token: "t", expiresAt: Date.now() + hour_ms, openedAt: Date.now(), customer: null }));
        storage.setItem(`lockstep.demo${name}`, value);
        activity = [];
        const { acts, place, page } = await load();
        acts.show();
        if (page.value.asking === null) acts.go({ step: "topic" });
        await vi.advanceTimersByTimeAsync(1000);
        const shown = place.textContent;
        expect(shown, value).toMatch(/What can we help|Checking who|Call me back|Another time|Choose another time/);
        expect(page.value.connection.is, value).not.toBe("lost");
        expect(activity.length, value).toBeGreaterThan(0);
      }
    }
  });
}

test("what is well kept is still there on the next page", async () => {
  const first = await load();
  first.acts.show();
  first.acts.go({ step: "callback", topic: "tariffs", later: true, date: "2030-01-02", time: "10:00" });
  first.acts.keepDraft("number", "+44 20 7946 0018");
  first.acts.putAway("contact-1");
  const second = await load();
  expect(second.page.value).toMatchObject({ open: true, asking: { step: "callback", date: "2030-01-02" }, away: ["contact-1"] });
  expect(second.place.querySelector("input")?.value).toBe("+44 20 7946 0018");
});

test("after signing out, nothing of the customer is left in this tab: not half typed, not asked, not on its way", async () => {
  signedIn = "ada";
  const first = await load();
  first.acts.show();
  first.acts.keepDraft("number", "+44 20 7946 0018");
  first.acts.go({ step: "callback", topic: "tariffs", later: false, date: "2030-01-02", time: "10:00" });
  first.acts.keepDraft("say", "my account number is");
  first.acts.putAway("contact-of-ada");
  expect(first.place.querySelector("input")?.value).toBe("+44 20 7946 0018");
  const own = JSON.stringify([...Object.entries(localStorage), ...Object.entries(sessionStorage)]);
  expect(own).toContain("7946");
  signedIn = null;
  for (const next of [await load(), first]) {
    await next.door.identify();
    await vi.advanceTimersByTimeAsync(1000);
    expect(next.page.value).toMatchObject({ asking: null, away: [] });
    expect([next.acts.draft("number"), next.acts.draft("say")]).toEqual(["", ""]);
    expect(next.place.querySelector("input")).toBeNull();
  }
  const left = JSON.stringify([...Object.entries(localStorage), ...Object.entries(sessionStorage)]);
  // All of the number: four digits of it also stand in a clock now and then.
  expect(left).not.toMatch(/20 7946 0018|2079460018|account number|contact-of-ada/);
});

test("who signs in keeps what was begun before", async () => {
  const { page, acts, door } = await load();
  acts.go({ step: "how", topic: "tariffs" });
  acts.keepDraft("say", "half a sentence");
  vi.stubGlobal("fetch", (url: string) =>
    url === "/identity" ? json({ token: jwt("ada") }) : json({ visit: "v1", token: "t9", expiresAt: new Date(Date.now() + hour_ms).toISOString() }),
  );
  await door.identify();
  expect(page.value.asking).toEqual({ step: "how", topic: "tariffs" });
  expect(acts.draft("say")).toBe("half a sentence");
});
