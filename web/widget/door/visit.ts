// The visit: its token, kept for every page and tab of the company's site, and who the company says is visiting.
import { hear } from "../hear";
import { has, jsonOf, parsed } from "../json";
import type { Kept } from "../kept";
import { store, type Store } from "../store";

/** What one browser keeps between pages. */
export interface Visit {
  visit: string;
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  openedAt: number;
  /** The company's number for who is signed in; null for nobody. */
  customer: string | null;
}

export interface VisitPlace {
  edge: string;
  site: string;
  identityUrl: string | null;
}

/** The edge could not be reached or could not answer now: try again later. */
export class Unreachable extends Error {}
/** The edge said no, in words. */
export class NotAccepted extends Error {}

export interface Visits {
  /** Null until the company has said who is there: what was kept may be somebody else's. */
  readonly current: Store<Visit | null>;
  /** The token, after opening or renewing the visit where that is needed. */
  token(): Promise<string>;
  /** After the edge no longer took `token`. */
  renew(token: string): Promise<string>;
  /** Asks the company again who is signed in. */
  identify(): Promise<void>;
}

interface Identity {
  token: string;
  customer: string;
}

/** The subject that a JWT names; it is only compared, never trusted. */
export function subjectOf(jwt: string): string | null {
  try {
    const payload = (jwt.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const { sub } = parsed(atob(payload)) as { sub?: unknown };
    return typeof sub === "string" ? sub : null;
  } catch {
    return null;
  }
}

async function identityAt(url: string | null): Promise<Identity | null> {
  if (url === null) return null;
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store", headers: { accept: "application/json" } });
  if (response.status >= 500) throw new Unreachable(`the company's ${url} answered ${response.status}`);
  if (!response.ok || response.status === 204) return null;
  const { token } = (await response.json()) as { token?: string | null };
  const customer = token == null ? null : subjectOf(token);
  return token != null && customer !== null ? { token, customer } : null;
}

/** Tries with less and less: without the earlier visit, at last without the identity, which may not be known to us (any more). */
async function postVisit(place: VisitPlace, identity: Identity | null, earlier: string | null): Promise<Visit> {
  let refused = "";
  for (const body of [
    { identity: identity?.token, token: earlier ?? undefined },
    { identity: identity?.token },
    {},
  ]) {
    const response = await fetch(`${place.edge}/visit`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: jsonOf({ site: place.site, ...body }),
    });
    if (response.status >= 500 || response.status === 429) throw new Unreachable(`the edge answered ${response.status}`);
    if (!response.ok) {
      refused = await response.text();
      continue;
    }
    const { visit, token, expiresAt } = (await response.json()) as { visit: string; token: string; expiresAt: string };
    return { visit, token, expiresAt: Date.parse(expiresAt), openedAt: Date.now(), customer: identity?.customer ?? null };
  }
  throw new NotAccepted(refused);
}

/** One at a time over all tabs, where the browser has locks. */
function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  return (navigator.locks as LockManager | undefined) ? (navigator.locks.request(name, work) as Promise<T>) : work();
}

/** What was kept, if it is a visit, with a token as it may stand in a header. */
function visitFrom(kept: unknown): Visit | null {
  if (!has(kept, { visit: "string", token: "string", expiresAt: "number", openedAt: "number" })) return null;
  const visit = kept as Visit;
  return /^[!-~]+$/.test(visit.token) && (visit.customer === null || has(visit, { customer: "string" })) ? visit : null;
}

export function visitsOf(place: VisitPlace, kept: Pick<Kept, "getItem" | "setItem">): Visits {
  const key = `lockstep.${place.site}`;
  const read = () => visitFrom(parsed(kept.getItem(key)));
  const current = store<Visit | null>(null);
  let opening: Promise<Visit> | null = null;
  let identified = false;

  hear(globalThis as never, "storage", (event) => {
    if (event.key === key && identified) current.set(read());
  });

  /** `rejected`: the token that the edge does not take any more. */
  const open = (rejected: string | null): Promise<Visit> => {
    opening ??= exclusively(key, async () => {
      const before = read();
      const identity = await identityAt(place.identityUrl);
      const customer = identity?.customer ?? null;
      const halfway = before === null ? 0 : before.openedAt + (before.expiresAt - before.openedAt) / 2;
      if (before !== null && before.token !== rejected && before.customer === customer && Date.now() < halfway) return before;
      // Somebody else's visit is never carried over; an anonymous one goes on when its visitor signs in.
      const goesOn = before !== null && (before.customer === null || before.customer === customer);
      const opened = await postVisit(place, identity, goesOn ? before.token : null);
      kept.setItem(key, jsonOf(opened));
      return opened;
    })
      .then((visit) => {
        identified = true;
        if (visit.token !== current.value?.token) current.set(visit);
        return visit;
      })
      .catch((cause: unknown) => {
        throw cause instanceof TypeError ? new Unreachable(cause.message) : cause;
      })
      .finally(() => {
        opening = null;
      });
    return opening;
  };

  return {
    current,
    async token() {
      const visit = current.value;
      if (identified && opening === null && visit !== null && Date.now() < visit.expiresAt) return visit.token;
      return (await open(null)).token;
    },
    async renew(token) {
      return (await open(token)).token;
    },
    async identify() {
      await open(null);
    },
  };
}
