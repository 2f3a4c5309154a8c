import { expect, test } from "vitest";
import { commandsThrough, includes, patience_ms, type Settled } from "./command";
import type { Request } from "./request";
import { NotAccepted, Unreachable } from "./visit";

type Sent = { text: string; commandId: string };

/** One tab's commands against an edge that answers in turn. */
function tab(answers: (object | Error)[], kept = new Map<string, string>(), wait: () => Promise<void> = () => Promise.resolve()) {
  const sent: Sent[] = [];
  const answered: Settled[] = [];
  const commands = commandsThrough({
    request: ((_document: object, variables: Sent) => {
      sent.push(variables);
      const next = answers.shift() ?? { say: { __typename: "Done", token: "site:demo@1" } };
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    }) as unknown as Request,
    kept: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string | null) => void kept.set(key, value ?? "") },
    key: "pending",
    wait,
    answered: (_command, answer) => void answered.push(answer),
  });
  commands.begin();
  return { commands, sent, answered, kept };
}

test("the same id is sent until an answer arrives", async () => {
  const { commands, sent } = tab([new Unreachable("away"), { say: { __typename: "NotKnownYet", message: "wait" } }, { say: { __typename: "Done", token: "site:demo@7" } }]);
  const answer = await commands.send("say", { link: "l", text: "hello" });
  expect(answer).toEqual({ __typename: "Done", token: "site:demo@7" });
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ commandId }) => commandId)).size).toBe(1);
});

test("what is said arrives in the order in which it was said, through a lost connection", async () => {
  const { commands, sent } = tab([new Unreachable("away"), new Unreachable("away")]);
  await Promise.all(["one", "two", "three"].map((text) => commands.send("say", { link: "l", text })));
  expect(sent.map(({ text }) => text)).toEqual(["one", "one", "one", "two", "three"]);
});

test("a command that a page could not finish is finished by the next page of the tab, under its id", async () => {
  const kept = new Map<string, string>();
  const never = tab([], kept);
  const unsent = { commandId: "c-1", name: "say", variables: { link: "l", text: "hello" }, at: Date.now() };
  const stale = { ...unsent, commandId: "c-0", at: Date.now() - patience_ms };
  never.kept.set("pending", JSON.stringify([stale, unsent]));
  const next = tab([], kept);
  await new Promise((done) => setTimeout(done));
  expect(next.sent).toEqual([{ link: "l", text: "hello", commandId: "c-1" }]);
  expect(next.answered).toHaveLength(1);
});

test("a no is an answer: it is told once and not sent again", async () => {
  const { commands, sent } = tab([new NotAccepted("unknown link")]);
  expect(await commands.send("say", { link: "l", text: "hello" })).toEqual({ __typename: "Failed", code: "failed", message: "unknown link" });
  expect(sent).toHaveLength(1);
  expect(commands.pending.value).toEqual([]);
});

test("what was said stays on the screen until the customer's own state shows it", async () => {
  const never = () => new Promise<void>(() => undefined);
  const { commands } = tab([{ say: { __typename: "Done", token: "site:demo@7" } }], new Map(), never);
  await commands.send("say", { link: "l", text: "hello" });
  commands.seen(["tenant:main@40", "site:demo@6"]);
  expect(commands.pending.value).toHaveLength(1);
  commands.seen(["tenant:main@40", "site:demo@7"]);
  expect(commands.pending.value).toEqual([]);
});

test("a denial changes nothing that the customer could wait to see", async () => {
  const { commands, answered } = tab([{ ask: { __typename: "Denied", token: "site:demo@7", message: "no" } }]);
  await commands.send("ask", { input: { topic: "fault" } });
  expect(commands.pending.value).toEqual([]);
  expect(answered[0]).toMatchObject({ __typename: "Denied" });
});

test("a token is included by a later one of its own partition only", () => {
  expect(includes(["site:demo@12"], "site:demo@9")).toBe(true);
  expect(includes(["site:demo@8", "tenant:main@99"], "site:demo@9")).toBe(false);
});

test("what one visit wanted is not sent under the next, and whoever waits is told", async () => {
  let go = (): void => undefined;
  const { commands, sent, answered, kept } = tab([new Unreachable("away")], new Map(), () => new Promise((done) => (go = done)));
  const told = commands.send("say", { link: "l", text: "of Ada" });
  await Promise.resolve();
  commands.begin();
  expect(await told).toMatchObject({ __typename: "Failed" });
  go();
  await commands.send("say", { link: "l", text: "of Ben" });
  expect(sent.map(({ text }) => text)).toEqual(["of Ada", "of Ben"]);
  expect(answered).toHaveLength(1);
  expect(kept.get("pending")).not.toContain("of Ada");
});

test("of what was kept only what is a command is sent", async () => {
  const good = { commandId: "1", name: "say", variables: { link: "l", text: "hello" }, at: Date.now() };
  const spoiled = [null, 1, "x", [], {}, { ...good, name: "toString" }, { ...good, name: 4 }, { ...good, variables: null }, { ...good, at: "now" }, { ...good, at: 1e300 }, { ...good, commandId: {} }, { ...good, name: "x", document: {} }];
  const { sent } = tab([], new Map([["pending", JSON.stringify([...spoiled, good])]]));
  await new Promise((done) => setTimeout(done));
  expect(sent).toEqual([{ link: "l", text: "hello", commandId: "1" }]);
});
