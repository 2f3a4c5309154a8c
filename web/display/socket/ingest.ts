// The frames of this page on their way to the edge: kept until they are taken, sent again after a lost connection.
import { jsonOf, parsed } from "../../widget/json";
import type { Frame } from "../../recorder/main";
import { backoff_ms } from "../../widget/retry";
import type { Signal } from "../signal/signal";

/** What is not taken yet and kept; recording stops for as long as it is more. */
export const kept_bytes_max = 8 * 1024 * 1024;
/** Frames that nobody takes for so long: the connection is dead. */
export const answer_ms = 10_000;

export type Line =
  | { is: "connecting" }
  | { is: "live" }
  /** Milliseconds since 1970; `message` if the edge said no. */
  | { is: "lost"; since: number; message: string | null };

export interface IngestWorld {
  url: string;
  display: string;
  pageLoad: number;
  token(): Promise<string>;
  /** The edge did not take the token. */
  renew(token: string): Promise<string>;
  connect(url: string): WebSocket;
  now(): number;
  /** Returns how to call it off. */
  after(milliseconds: number, work: () => void): () => void;
  onLine(line: Line): void;
  onSignals(signals: readonly Signal[]): void;
  /** The edge lacks what nobody has any more: only a full snapshot helps. */
  onGap(): void;
  /** True: record nothing until there is room again. */
  onFull(full: boolean): void;
}

export interface Ingest {
  push(frame: Frame): void;
  /** Tries at once instead of waiting. */
  hurry(): void;
  close(): void;
}

interface Said {
  ready?: { next: number };
  taken?: number;
  refused?: { code: string; message: string; seq?: number };
  signals?: readonly Signal[];
}

export function ingestTo(world: IngestWorld): Ingest {
  let kept: Frame[] = [];
  let bytes = 0;
  let lastPushed = 0;
  let full = false;
  let socket: WebSocket | null = null;
  let ready = false;
  let closed = false;
  let failures = 0;
  let since: number | null = null;
  let message: string | null = null;
  let callOffAgain: (() => void) | null = null;
  let callOffAnswer: (() => void) | null = null;

  const fill = () => {
    const now = full ? bytes > kept_bytes_max / 2 : bytes > kept_bytes_max;
    if (now === full) return;
    full = now;
    world.onFull(full);
  };
  const forget = (gone: (frame: Frame) => boolean) => {
    kept = kept.filter((frame) => !gone(frame));
    bytes = 0;
    for (const frame of kept) bytes += frame.bytes.length;
    fill();
  };

  const lost = () => {
    callOffAnswer?.();
    callOffAnswer = null;
    callOffAgain?.();
    socket = null;
    ready = false;
    if (closed) return;
    since ??= world.now();
    world.onLine({ is: "lost", since, message });
    callOffAgain = world.after(backoff_ms(failures++), () => void open());
  };
  const listen = (mine: WebSocket) => {
    callOffAnswer?.();
    callOffAnswer = null;
    if (kept.length === 0 && ready) return;
    callOffAnswer = world.after(answer_ms, () => {
      mine.close();
      if (socket === mine) lost();
    });
  };

  const heard = (mine: WebSocket, said: Said, token: string) => {
    if (said.ready !== undefined) {
      const { next } = said.ready;
      ready = true;
      failures = 0;
      since = message = null;
      forget(({ seq }) => seq < next);
      world.onLine({ is: "live" });
      const first = kept[0];
      if (first === undefined ? lastPushed >= next : first.seq > next && !first.full) world.onGap();
      for (const frame of kept) mine.send(frame.bytes);
    }
    if (said.taken !== undefined) {
      const { taken } = said;
      forget(({ seq }) => seq <= taken);
    }
    if (said.refused !== undefined) {
      const { code, seq } = said.refused;
      if (seq !== undefined) {
        forget((frame) => frame.seq === seq);
        world.onGap();
      } else {
        message = said.refused.message;
        if (code === "UNAUTHENTICATED") void world.renew(token).catch(() => undefined);
      }
    }
    if (said.signals !== undefined) world.onSignals(said.signals);
    listen(mine);
  };

  const open = async (): Promise<void> => {
    callOffAgain?.();
    callOffAgain = null;
    if (socket !== null || closed) return;
    let token: string;
    try {
      token = await world.token();
    } catch {
      return lost();
    }
    if (socket !== null || closed) return;
    const mine = world.connect(world.url);
    socket = mine;
    listen(mine);
    mine.onopen = () => mine.send(jsonOf({ token, display: world.display, pageLoad: world.pageLoad }));
    mine.onmessage = (event) => {
      if (socket === mine) heard(mine, parsed(String(event.data)) as Said, token);
    };
    mine.onclose = () => {
      if (socket === mine) lost();
    };
  };

  world.onLine({ is: "connecting" });
  void open();
  return {
    push(frame) {
      if (closed) return;
      kept.push(frame);
      bytes += frame.bytes.length;
      lastPushed = frame.seq;
      if (ready && socket !== null) {
        socket.send(frame.bytes);
        if (callOffAnswer === null) listen(socket);
      }
      fill();
    },
    hurry: () => void open(),
    close() {
      closed = true;
      callOffAgain?.();
      callOffAnswer?.();
      socket?.close(1000);
      kept = [];
    },
  };
}
