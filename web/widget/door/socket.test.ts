import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { longest_ms } from "../retry";
import { graphql } from "./graphql";
import { subscriptionsOver } from "./socket";

const document = graphql(`subscription{me{visit}}`);

/** An edge's end of one socket. */
class Line {
  static all: Line[] = [];
  said: { type: string; id?: string; payload?: { token?: string; query?: string } }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    Line.all.push(this);
  }
  static get last(): Line {
    const line = Line.all.at(-1);
    if (line === undefined) throw new Error("no socket was opened");
    return line;
  }
  send(text: string) {
    this.said.push(JSON.parse(text));
  }
  close(code = 1000) {
    this.onclose?.({ code });
  }
  answer(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  accept() {
    this.onopen?.();
    this.answer({ type: "connection_ack" });
  }
}

const renewed: string[] = [];
const open = () =>
  subscriptionsOver({
    url: "ws://edge/graphql",
    token: () => Promise.resolve(renewed.at(-1) ?? "first"),
    renew: (token) => Promise.resolve(renewed.push(`${token}+`)).then(() => renewed.at(-1) ?? ""),
    connect: () => new Line() as unknown as WebSocket,
  });
const turn = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.stubGlobal("addEventListener", () => undefined);
  vi.useFakeTimers();
  Line.all = [];
  renewed.length = 0;
});
afterEach(() => void vi.useRealTimers());

test("it introduces itself with the visit's token and asks after the acknowledgement", async () => {
  const subscriptions = open();
  const seen: unknown[] = [];
  subscriptions.subscribe(document, {}, (data) => seen.push(data));
  await turn();
  expect(subscriptions.connection.value).toEqual({ is: "connecting" });
  Line.last.accept();
  expect(Line.last.said.map(({ type }) => type)).toEqual(["connection_init", "subscribe"]);
  expect(Line.last.said[0]?.payload?.token).toBe("first");
  Line.last.answer({ type: "next", id: "1", payload: { data: { me: { visit: "v" } } } });
  expect(seen).toEqual([{ me: { visit: "v" } }]);
  expect(subscriptions.connection.value).toEqual({ is: "live" });
});

test("a lost connection says since when, comes again, and asks for everything that is still wanted", async () => {
  const subscriptions = open();
  subscriptions.subscribe(document, {}, () => undefined);
  const leave = subscriptions.subscribe(document, { other: true }, () => undefined);
  await turn();
  Line.last.accept();
  leave();
  const since = Date.now();
  Line.last.close(1006);
  expect(subscriptions.connection.value).toEqual({ is: "lost", since });
  await vi.advanceTimersByTimeAsync(longest_ms);
  expect(Line.all).toHaveLength(2);
  expect(subscriptions.connection.value).toEqual({ is: "lost", since });
  Line.last.accept();
  expect(Line.last.said.filter(({ type }) => type === "subscribe").map(({ id }) => id)).toEqual(["1"]);
});

test("a token that the edge no longer takes is renewed before the next attempt", async () => {
  const subscriptions = open();
  subscriptions.subscribe(document, {}, () => undefined);
  await turn();
  Line.last.onopen?.();
  Line.last.close(4401);
  await vi.advanceTimersByTimeAsync(longest_ms);
  Line.last.accept();
  expect(Line.last.said[0]?.payload?.token).toBe("first+");
});

test("a ping is answered, and a silent connection is asked, then given up", async () => {
  const subscriptions = open();
  subscriptions.subscribe(document, {}, () => undefined);
  await turn();
  const line = Line.last;
  line.accept();
  line.answer({ type: "ping" });
  expect(line.said.at(-1)?.type).toBe("pong");
  await vi.advanceTimersByTimeAsync(15_000);
  expect(line.said.at(-1)?.type).toBe("ping");
  line.answer({ type: "pong" });
  await vi.advanceTimersByTimeAsync(15_000 + 9_999);
  expect(subscriptions.connection.value.is).toBe("live");
  await vi.advanceTimersByTimeAsync(1);
  expect(subscriptions.connection.value.is).toBe("lost");
});

test("nobody listening means no connection", async () => {
  const subscriptions = open();
  const leave = subscriptions.subscribe(document, {}, () => undefined);
  await turn();
  Line.last.accept();
  leave();
  expect(subscriptions.connection.value).toEqual({ is: "idle" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Line.all).toHaveLength(1);
});

test("an edge that accepts and then ends everything is not asked without pause", async () => {
  const subscriptions = open();
  subscriptions.subscribe(document, {}, () => undefined);
  await turn();
  for (let n = 0; n < 8; n++) {
    Line.last.accept();
    Line.last.answer({ type: "error", id: "1", payload: [{ message: "no" }] });
    await vi.advanceTimersByTimeAsync(longest_ms);
  }
  const before = Line.all.length;
  Line.last.accept();
  Line.last.answer({ type: "error", id: "1", payload: [{ message: "no" }] });
  await vi.advanceTimersByTimeAsync(7_000);
  expect(Line.all).toHaveLength(before);
});
