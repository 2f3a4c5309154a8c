// Who is signed in: the session cookie belongs to the server, this only knows what it answers.
import { signal } from "@preact/signals";
import { graphql, type ResultOf } from "../graphql/desk";
import { ApiError } from "../graphql/document";
import { request, whenSignedOut } from "../graphql/request";
import { failureWords } from "../words/refusal";
import { say } from "../words/say";
import { setServerNow } from "../live/clock";
import { hangUp, whenSocket } from "../graphql/socket";

const WhoAmI = graphql(`
  query WhoAmI {
    whoami { id name roles }
    clock { now }
  }
`);

export type Staff = ResultOf<typeof WhoAmI>["whoami"];
export type Role = Staff["roles"][number];

export type Session =
  | { state: "unknown" }
  | { state: "out"; expired: boolean }
  | { state: "in"; staff: Staff }
  | { state: "unreachable" };

export const session = signal<Session>({ state: "unknown" });

function signedOut(): void {
  hangUp();
  session.value = { state: "out", expired: session.value.state === "in" };
}

whenSignedOut(signedOut);
whenSocket({
  signedOut,
  // A refused upgrade looks like any lost connection: ask over HTTP whether the session still holds.
  lost: () => {
    if (session.value.state === "in") void request(WhoAmI, {}).catch(() => undefined);
  },
});

/** Asks the server who holds this browser's cookie. */
export async function restore(): Promise<void> {
  try {
    const { whoami, clock } = await request(WhoAmI, {});
    setServerNow(clock.now);
    session.value = { state: "in", staff: whoami };
  } catch (error) {
    if (error instanceof ApiError && error.code === "network") {
      session.value = { state: "unreachable" };
    } else {
      session.value = { state: "out", expired: false };
    }
  }
}

/** Answers with what to tell the person, or nothing when it worked. */
export async function signIn(login: string, password: string): Promise<string | undefined> {
  let response: Response;
  try {
    response = await fetch("/session", {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ login, password }),
    });
  } catch {
    return failureWords("network");
  }
  if (response.status === 429) return say("staff.signin.often");
  if (response.status === 401 || response.status === 403) return say("staff.signin.wrong");
  if (!response.ok) return failureWords(String(response.status));
  await restore();
  return session.value.state === "in" ? undefined : say("staff.signin.cookies");
}

const leavers: (() => void)[] = [];
/** The tabs of this browser share one session: who signs out in one has left in all. */
const tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("lockstep.session");
const left = () => leavers.forEach((then) => then());
if (tabs) tabs.onmessage = left;

/** Called when the person signs out, in whichever tab; not when a session has only run out. */
export function whenLeft(then: () => void): void {
  leavers.push(then);
}

export async function signOut(): Promise<void> {
  await fetch("/session", { method: "DELETE", credentials: "same-origin" }).catch(() => undefined);
  left();
  tabs?.postMessage("left");
  hangUp();
  session.value = { state: "out", expired: false };
}

export interface DemoLogin {
  login: string;
  password: string;
  what: string;
}

/** The logins of the demo company; none unless the server says that it is one. */
export async function demoLogins(): Promise<DemoLogin[]> {
  try {
    const response = await fetch("/session", { credentials: "same-origin", headers: { accept: "application/json" } });
    const body = (await response.json()) as { demo?: unknown };
    return Array.isArray(body.demo) ? body.demo.filter(isDemoLogin) : [];
  } catch {
    return [];
  }
}

function isDemoLogin(value: unknown): value is DemoLogin {
  const fields = value as Partial<Record<keyof DemoLogin, unknown>> | null;
  return typeof fields?.login === "string" && typeof fields.password === "string" && typeof fields.what === "string";
}

/** Some of the board is for supervisors, analysts and administrators. */
export const boardRoles: Role[] = ["SUPERVISOR", "ANALYST", "ADMINISTRATOR"];

export function mayOpenBoard(): boolean {
  return boardRoles.some(has);
}

export function has(role: Role): boolean {
  return session.value.state === "in" && session.value.staff.roles.includes(role);
}
