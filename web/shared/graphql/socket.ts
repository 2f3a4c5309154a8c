// Subscriptions over one WebSocket (graphql-transport-ws) that comes back by itself, and how its connection fares.
import { signal } from "@preact/signals";
import { createClient, type Client } from "graphql-ws";
import { errorOf, textOf, ApiError, type Document, type GraphQLErrorLike } from "./document";

const KEEP_ALIVE_MS = 5_000;
const PONG_WITHIN_MS = 4_000;
const RETRY_MS_MAX = 5_000;
/** The server closes with these when the session is unknown or not allowed. */
const CLOSED_SIGNED_OUT = new Set([4401, 4403]);

export type Connection =
  | { state: "connecting" }
  | { state: "live"; heardAt: number }
  /** `since` is the browser's clock: when this page last heard from the server. */
  | { state: "lost"; since: number };

export const connection = signal<Connection>({ state: "connecting" });

let client: Client | undefined;
/** Subscriptions that somebody on the page follows: without any the socket closes by itself, and that is no loss. */
let wanted = 0;
let onSignedOut: () => void = () => undefined;
let onLost: () => void = () => undefined;

/** `signedOut`: the server refuses this session. `lost`: closed for any other reason. */
export function whenSocket(handlers: { signedOut: () => void; lost: () => void }): void {
  onSignedOut = handlers.signedOut;
  onLost = handlers.lost;
}

function heard(): void {
  connection.value = { state: "live", heardAt: Date.now() };
}

function lost(): void {
  const before = connection.value;
  if (before.state === "lost") return;
  connection.value = { state: "lost", since: before.state === "live" ? before.heardAt : Date.now() };
}

function open(): Client {
  let pongOverdue: ReturnType<typeof setTimeout> | undefined;
  const address = new URL("/graphql", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const opened = createClient({
    url: address.href,
    keepAlive: KEEP_ALIVE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => !(isClose(event) && CLOSED_SIGNED_OUT.has(event.code)),
    retryWait: async (attempt) => {
      const wait = Math.min(RETRY_MS_MAX, 250 * 2 ** attempt) * (0.7 + Math.random() * 0.6);
      await new Promise((resolve) => setTimeout(resolve, wait));
    },
    on: {
      connected: heard,
      message: heard,
      ping: (received) => {
        if (received) return;
        pongOverdue = setTimeout(() => opened.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (!received) return;
        clearTimeout(pongOverdue);
        heard();
      },
      closed: (event) => {
        clearTimeout(pongOverdue);
        if (isClose(event) && CLOSED_SIGNED_OUT.has(event.code)) onSignedOut();
        else if (client === opened && wanted > 0) {
          lost();
          onLost();
        } else connection.value = { state: "connecting" };
      },
    },
  });
  return opened;
}

function isClose(event: unknown): event is CloseEvent {
  return typeof event === "object" && event !== null && "code" in event;
}

export interface Listener<Result> {
  next: (result: Result) => void;
  error: (error: ApiError) => void;
  /** The server ended it without an error: it is going, or coming back. */
  ended: () => void;
}

/** Follows a subscription until the returned function is called; after a lost connection it starts over by itself. */
export function follow<Result, Variables extends Record<string, unknown>>(
  document: Document<Result, Variables>,
  variables: Variables,
  listener: Listener<Result>,
): () => void {
  client ??= open();
  const fail = (error: ApiError) => {
    if (error.unauthenticated) onSignedOut();
    else listener.error(error);
  };
  wanted += 1;
  const unsubscribe = client.subscribe<Result>(
    { query: textOf(document), variables },
    {
      next: (answer) => {
        if (answer.errors?.length) fail(errorOf(answer.errors));
        else if (answer.data != null) listener.next(answer.data);
      },
      error: (error) => fail(toApiError(error)),
      complete: () => listener.ended(),
    },
  );
  let stopped = false;
  return () => {
    if (stopped) return;
    stopped = true;
    wanted -= 1;
    unsubscribe();
  };
}

function toApiError(error: unknown): ApiError {
  if (Array.isArray(error)) return errorOf(error as GraphQLErrorLike[]);
  if (isClose(error)) return new ApiError("The connection was closed by the server.", String(error.code));
  return new ApiError("The connection failed.", "network");
}

/** Closes the socket for good: after signing out. */
export function hangUp(): void {
  // Disposing of a socket that never opened repeats why it did not.
  const before = client;
  client = undefined;
  Promise.resolve(before?.dispose()).catch(() => undefined);
  connection.value = { state: "connecting" };
}
