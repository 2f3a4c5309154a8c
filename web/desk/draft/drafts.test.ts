// @vitest-environment happy-dom
// What was begun is kept by who began it and for whom; nobody else finds it.
import { beforeEach, expect, it, vi } from "vitest";
import { session, signOut } from "../../shared/session/session";
import { draftOf, keepDraft, keepDraftsOf } from "./drafts";

const signedInAs = (id: string) => {
  session.value = { state: "in", staff: { id, name: id, roles: ["AGENT"] } };
};

beforeEach(() => {
  sessionStorage.clear();
  signedInAs("dana");
});

it("half a sentence to one customer is there after another one's, and after a reload", () => {
  keepDraft("ada", "chat", "The router is");
  keepDraft("ben", "chat", "You move on");
  keepDraft("ada", "notes", "second router");
  expect([draftOf("ada", "chat"), draftOf("ben", "chat"), draftOf("ada", "notes")]).toEqual(["The router is", "You move on", "second router"]);
  // Nothing but the storage remembers: a reload finds the same.
  expect(sessionStorage.getItem("lockstep.drafts")).toContain("The router is");
});

it("what is sent is no draft any more", () => {
  keepDraft("ada", "chat", "The router is");
  keepDraft("ada", "chat", "");
  expect(draftOf("ada", "chat")).toBe("");
  expect(sessionStorage.getItem("lockstep.drafts")).toBeNull();
});

it("somebody else in the same tab finds nothing", () => {
  keepDraft("ada", "chat", "The router is");
  signedInAs("sam");
  expect(draftOf("ada", "chat")).toBe("");
  keepDraft("ben", "chat", "Hello");
  expect(sessionStorage.getItem("lockstep.drafts")).not.toContain("router");
});

it("a session that ran out leaves it, signing out empties it", async () => {
  keepDraft("ada", "chat", "The router is");
  session.value = { state: "out", expired: true };
  signedInAs("dana");
  expect(draftOf("ada", "chat")).toBe("The router is");
  vi.stubGlobal("fetch", () => Promise.resolve(new Response()));
  await signOut();
  signedInAs("dana");
  expect(draftOf("ada", "chat")).toBe("");
});

it("a contact that is no longer mine takes its drafts along", () => {
  keepDraft("ada", "chat", "The router is");
  keepDraft("ben", "chat", "You move on");
  keepDraftsOf(["ben"]);
  expect([draftOf("ada", "chat"), draftOf("ben", "chat")]).toEqual(["", "You move on"]);
});

it.each(["{", "null", "[]", "7", '{"staff":"dana"}', '{"staff":"dana","contacts":{"ada":7}}', '{"staff":"dana","contacts":{"ada":{"chat":7}}}'])(
  "what cannot be read is absent: %s",
  (spoiled) => {
    sessionStorage.setItem("lockstep.drafts", spoiled);
    expect(draftOf("ada", "chat")).toBe("");
    keepDraft("ada", "chat", "Hello");
    expect(draftOf("ada", "chat")).toBe("Hello");
  },
);

it("only so many contacts are kept, the last ones", () => {
  for (let n = 0; n < 60; n += 1) keepDraft(`contact ${n}`, "chat", "Hello");
  expect(draftOf("contact 9", "chat")).toBe("");
  expect(draftOf("contact 59", "chat")).toBe("Hello");
});
