import { beforeEach, expect, test, vi } from "vitest";
import { NotAccepted, subjectOf, Unreachable, visitsOf } from "./visit";

const place = { edge: "https://edge.example", site: "demo", identityUrl: "/identity" };
const hour_ms = 3_600_000;

const jwt = (customer: string) => `x.${btoa(JSON.stringify({ sub: customer }))}.y`;

/** What the company and the edge answer, and what they were asked. */
let signedIn: string | null = null;
let refuses: (body: { identity?: string; token?: string }) => number = () => 200;
let asked: { site: string; identity?: string; token?: string }[] = [];
let kept = new Map<string, string>();

const storage = () => ({ getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }) as Storage;
const json = (body: unknown, status = 200) => Promise.resolve(new Response(JSON.stringify(body), { status }));

beforeEach(() => {
  signedIn = null;
  refuses = () => 200;
  asked = [];
  kept = new Map();
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("fetch", (url: string, options: { body: string }) => {
    if (url === "/identity") return json({ token: signedIn === null ? null : jwt(signedIn) });
    const body = JSON.parse(options.body);
    asked.push(body);
    const status = refuses(body);
    if (status !== 200) return json({ error: { message: "no" } }, status);
    return json({ visit: body.token === undefined ? `v${asked.length}` : "v1", token: `t${asked.length}`, expiresAt: new Date(Date.now() + hour_ms).toISOString() });
  });
});

test("the next page of the same visitor asks for no new visit", async () => {
  expect(await visitsOf(place, storage()).token()).toBe("t1");
  expect(await visitsOf(place, storage()).token()).toBe("t1");
  expect(asked).toHaveLength(1);
});

test("a visit goes on when its visitor signs in", async () => {
  await visitsOf(place, storage()).token();
  signedIn = "BW-1001";
  const visits = visitsOf(place, storage());
  await visits.token();
  expect(asked[1]).toMatchObject({ token: "t1", identity: jwt("BW-1001") });
  expect(visits.current.value).toMatchObject({ visit: "v1", customer: "BW-1001" });
});

test("whoever signs in after somebody else, or after signing out, gets a visit of their own", async () => {
  signedIn = "BW-1001";
  await visitsOf(place, storage()).token();
  signedIn = "BW-1002";
  await visitsOf(place, storage()).token();
  signedIn = null;
  await visitsOf(place, storage()).token();
  expect(asked.map(({ token }) => token)).toEqual([undefined, undefined, undefined]);
});

test("a token that the edge no longer takes is left behind", async () => {
  const visits = visitsOf(place, storage());
  const first = await visits.token();
  refuses = ({ token }) => (token === undefined ? 200 : 401);
  expect(await visits.renew(first)).toBe("t3");
});

test("a customer whom the edge does not know (any more) goes on as a visitor", async () => {
  signedIn = "BW-1001";
  refuses = ({ identity }) => (identity === undefined ? 200 : 404);
  const visits = visitsOf(place, storage());
  await visits.token();
  expect(asked.at(-1)).toEqual({ site: "demo" });
  await visitsOf(place, storage()).token();
  expect(asked).toHaveLength(3);
});

test("an edge that is away is tried again later; one that says no is believed", async () => {
  refuses = () => 503;
  await expect(visitsOf(place, storage()).token()).rejects.toBeInstanceOf(Unreachable);
  refuses = () => 404;
  await expect(visitsOf(place, storage()).token()).rejects.toBeInstanceOf(NotAccepted);
});

test("many who need the token at once open one visit", async () => {
  const visits = visitsOf(place, storage());
  expect(await Promise.all([visits.token(), visits.token(), visits.token()])).toEqual(["t1", "t1", "t1"]);
  expect(asked).toHaveLength(1);
});

test("what is not a token names nobody", () => {
  expect(subjectOf(jwt("BW-1001"))).toBe("BW-1001");
  expect(subjectOf("nonsense")).toBeNull();
  expect(subjectOf("x.bm90IGpzb24.y")).toBeNull();
});
