import { beforeEach, expect, test } from "vitest";
import type { Frame } from "../../recorder/main";
import { answer_ms, ingestTo, kept_bytes_max, type Line } from "./ingest";

/** A socket that a test plays the edge of. */
class FakeSocket {
  sent: (string | number)[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(data: string | Uint8Array) {
    this.sent.push(typeof data === "string" ? data : (data[0] ?? 0));
  }
  close() {
    this.closed = true;
    this.onclose?.();
  }
  says(said: object) {
    this.onmessage?.({ data: JSON.stringify(said) });
  }
}

let sockets: FakeSocket[];
let due: { milliseconds: number; work: () => void }[];
let lines: Line[];
let gaps: number;
let fulls: boolean[];
let signals: unknown[];
let renewed: string[];

beforeEach(() => {
  sockets = [];
  due = [];
  lines = [];
  fulls = [];
  signals = [];
  renewed = [];
  gaps = 0;
});

const settle = async () => {
  for (let n = 0; n < 5; n++) await Promise.resolve();
};
const frame = (seq: number, full = false, size = 1): Frame => {
  const bytes = new Uint8Array(size);
  bytes[0] = seq;
  return { seq, full, bytes };
};

async function begun() {
  const ingest = ingestTo({
    url: "ws://edge/display",
    display: "d1",
    pageLoad: 7,
    token: () => Promise.resolve("t1"),
    renew: (token) => Promise.resolve(renewed.push(token)).then(() => "t2"),
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    now: () => 1000,
    after(milliseconds, work) {
      const one = { milliseconds, work };
      due.push(one);
      return () => void (due = due.filter((other) => other !== one));
    },
    onLine: (line) => lines.push(line),
    onSignals: (all) => signals.push(...all),
    onGap: () => void (gaps += 1),
    onFull: (full) => fulls.push(full),
  });
  await settle();
  return ingest;
}
const opened = () => {
  const socket = sockets.at(-1) as FakeSocket;
  socket.onopen?.();
  return socket;
};
const press = async () => {
  due.shift()?.work();
  await settle();
};

test("it says who and what, and sends frames once the edge is ready", async () => {
  const ingest = await begun();
  ingest.push(frame(1, true));
  const socket = opened();
  expect(socket.sent.map((one) => JSON.parse(String(one)))).toEqual([{ token: "t1", display: "d1", pageLoad: 7 }]);
  socket.says({ ready: { next: 1 } });
  ingest.push(frame(2));
  expect(socket.sent.slice(1)).toEqual([1, 2]);
  expect(lines.at(-1)).toEqual({ is: "live" });
  expect(gaps).toBe(0);
});

test("what was not taken is sent again after a lost connection, and only that", async () => {
  const ingest = await begun();
  const first = opened();
  first.says({ ready: { next: 1 } });
  for (const seq of [1, 2, 3, 4]) ingest.push(frame(seq, seq === 1));
  first.says({ taken: 2 });
  first.close();
  expect(lines.at(-1)).toEqual({ is: "lost", since: 1000, message: null });
  await press();
  const second = opened();
  second.says({ ready: { next: 4 } });
  expect(second.sent.slice(1)).toEqual([4]);
  expect(gaps).toBe(0);
});

test("a frame that the edge lacks and nobody has is mended by a new snapshot", async () => {
  const ingest = await begun();
  const first = opened();
  first.says({ ready: { next: 1 } });
  ingest.push(frame(1, true));
  first.says({ taken: 1 });
  first.close();
  await press();
  opened().says({ ready: { next: 1 } });
  expect(gaps).toBe(1);
});

test("a frame that the edge refuses is not sent again; a new snapshot is made", async () => {
  const ingest = await begun();
  const socket = opened();
  socket.says({ ready: { next: 1 } });
  ingest.push(frame(1, true));
  socket.says({ refused: { code: "BAD_INPUT", message: "no", seq: 1 } });
  expect(gaps).toBe(1);
  socket.close();
  await press();
  const again = opened();
  again.says({ ready: { next: 2 } });
  expect(again.sent).toHaveLength(1);
});

test("a refusal is told in the edge's words, and a token that is not taken is renewed", async () => {
  await begun();
  const socket = opened();
  socket.says({ refused: { code: "UNAUTHENTICATED", message: "the token has run out" } });
  socket.close();
  expect(lines.at(-1)).toEqual({ is: "lost", since: 1000, message: "the token has run out" });
  expect(renewed).toEqual(["t1"]);
});

test("recording pauses while too much waits, and goes on when there is room", async () => {
  const ingest = await begun();
  ingest.push(frame(1, true, kept_bytes_max));
  ingest.push(frame(2));
  expect(fulls).toEqual([true]);
  opened().says({ ready: { next: 2 } });
  expect(fulls).toEqual([true, false]);
});

test("an edge that takes nothing for long is left", async () => {
  const ingest = await begun();
  const socket = opened();
  socket.says({ ready: { next: 1 } });
  ingest.push(frame(1, true));
  const waiting = due.find(({ milliseconds }) => milliseconds === answer_ms);
  waiting?.work();
  expect(socket.closed).toBe(true);
  expect(lines.at(-1)?.is).toBe("lost");
});

test("signals come in, and nothing goes out after the end", async () => {
  const ingest = await begun();
  const socket = opened();
  socket.says({ ready: { next: 1 }, signals: [{ kind: "away" }] });
  expect(signals).toEqual([{ kind: "away" }]);
  ingest.close();
  ingest.push(frame(1, true));
  expect(socket.sent).toHaveLength(1);
  expect(due).toEqual([]);
});
