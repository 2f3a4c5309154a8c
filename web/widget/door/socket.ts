// Subscriptions over graphql-transport-ws: the few lines of it that a customer's page needs, with reconnecting.
import { hear } from "../hear";
import { jsonOf, parsed } from "../json";
import { backoff_ms } from "../retry";
import { store, type Store } from "../store";
import { textOf } from "./graphql";

const quiet_ms = 15_000;
const answer_ms = 10_000;

export type Connection =
  | { is: "idle" }
  | { is: "connecting" }
  | { is: "live" }
  /** Milliseconds since 1970 when it broke. */
  | { is: "lost"; since: number };

/** What it needs of the world; tests give their own. */
export interface SocketWorld {
  url: string;
  token(): Promise<string>;
  /** The edge did not take the token. */
  renew(token: string): Promise<string>;
  connect(url: string): WebSocket;
}

interface Wish {
  document: object;
  variables: object;
  next(data: unknown): void;
}

interface Frame {
  type: string;
  id?: string;
  payload?: { data?: unknown };
}

export interface Subscriptions {
  readonly connection: Store<Connection>;
  /** Kept alive over reconnects until the returned function is called: each time the snapshot comes first. */
  subscribe<Result>(document: object, variables: object, next: (data: Result) => void): () => void;
  /** Leaves and comes again, for instance under another token. */
  restart(): void;
}

export function subscriptionsOver(world: SocketWorld): Subscriptions {
  const connection = store<Connection>({ is: "idle" });
  const wishes = new Map<string, Wish>();
  let lastId = 0;
  let failures = 0;
  let socket: WebSocket | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  let quiet: ReturnType<typeof setTimeout> | undefined;

  const say = (frame: object) => socket?.send(jsonOf(frame));
  const wish = (id: string, { document, variables }: Wish) =>
    say({ id, type: "subscribe", payload: { query: textOf(document), variables } });

  const lost = () => {
    clearTimeout(quiet);
    socket = null;
    if (wishes.size === 0) return connection.set({ is: "idle" });
    if (connection.value.is !== "lost") connection.set({ is: "lost", since: Date.now() });
    clearTimeout(again);
    again = setTimeout(() => void open(), backoff_ms(failures++));
  };

  /** A connection that says nothing is asked whether it is still there. */
  const listen = (mine: WebSocket) => {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      say({ type: "ping" });
      quiet = setTimeout(() => {
        mine.close();
        if (socket === mine) lost();
      }, answer_ms);
    }, quiet_ms);
  };

  const heard = (mine: WebSocket, frame: Frame) => {
    listen(mine);
    const asked = frame.id === undefined ? undefined : wishes.get(frame.id);
    if (frame.type === "connection_ack") {
      connection.set({ is: "live" });
      for (const [id, one] of wishes) wish(id, one);
    } else if (frame.type === "ping") {
      say({ type: "pong" });
    } else if (frame.type === "next") {
      failures = 0;
      if (frame.payload?.data != null) asked?.next(frame.payload.data);
    } else if (asked !== undefined) {
      // `error` or `complete` of something that we still want: the whole connection starts anew, with back-off.
      mine.close();
    }
  };

  const open = async (): Promise<void> => {
    clearTimeout(again);
    if (socket !== null || wishes.size === 0) return;
    if (connection.value.is === "idle") connection.set({ is: "connecting" });
    let token: string;
    try {
      token = await world.token();
    } catch {
      return lost();
    }
    if (socket !== null) return;
    const mine = world.connect(world.url);
    socket = mine;
    listen(mine);
    mine.onopen = () => say({ type: "connection_init", payload: { token } });
    mine.onmessage = (event) => {
      if (socket === mine) heard(mine, parsed(String(event.data)) as Frame);
    };
    mine.onclose = (event) => {
      if (socket !== mine) return;
      const refused = event.code === 4401 || event.code === 4403;
      if (refused) world.renew(token).then(lost, lost);
      else lost();
    };
  };

  hear(globalThis as never, "online", () => void open());

  return {
    connection,
    subscribe(document, variables, next) {
      const id = String(++lastId);
      const one: Wish = { document, variables, next: next as (data: unknown) => void };
      wishes.set(id, one);
      if (connection.value.is === "live") wish(id, one);
      else void open();
      return () => {
        if (!wishes.delete(id)) return;
        if (connection.value.is === "live") say({ id, type: "complete" });
        if (wishes.size === 0) socket?.close(1000);
      };
    },
    restart() {
      failures = 0;
      socket?.close(1000);
    },
  };
}
