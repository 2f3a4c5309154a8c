// One GraphQL operation over HTTP, under the visit's token.
import { jsonOf } from "../json";
import { NotAccepted, Unreachable, type Visits } from "./visit";
import { textOf } from "./graphql";

const longest_ms = 20_000;

/** `wanted`: whether it still is, once it is known whose visit it goes under. */
export type Request = <Result>(document: object, variables?: object, wanted?: () => boolean) => Promise<Result>;

interface Reply<Result> {
  data?: Result | null;
  errors?: { message: string; extensions?: { code?: string } }[];
  /** What the door itself refuses. */
  error?: { code: string; message: string };
}

/** Not now, perhaps soon. */
const passing = new Set(["UNAVAILABLE", "RATE_LIMITED", "TOKEN_AHEAD"]);

/** Fails with `Unreachable` (try again later) or `NotAccepted` (it would not help). */
export function requestsTo(edge: string, visits: Visits): Request {
  const post = async <Result>(token: string, body: string, wanted: () => boolean): Promise<{ status: number; reply: Reply<Result> }> => {
    if (!wanted()) throw new NotAccepted();
    try {
      const response = await fetch(`${edge}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body,
        signal: AbortSignal.timeout(longest_ms),
      });
      return { status: response.status, reply: (await response.json()) as Reply<Result> };
    } catch (cause) {
      throw new Unreachable(String(cause));
    }
  };
  return async <Result>(document: object, variables: object = {}, wanted = () => true) => {
    const body = jsonOf({ query: textOf(document), variables });
    const token = await visits.token();
    let { status, reply } = await post<Result>(token, body, wanted);
    if (status === 401 || reply.errors?.[0]?.extensions?.code === "UNAUTHENTICATED") {
      ({ status, reply } = await post<Result>(await visits.renew(token), body, wanted));
    }
    const refused = reply.error ?? reply.errors?.[0];
    const code = reply.error?.code ?? reply.errors?.[0]?.extensions?.code ?? "";
    if (status >= 500 || passing.has(code)) throw new Unreachable(refused?.message);
    if (reply.data == null || refused !== undefined) throw new NotAccepted(refused?.message ?? `the edge answered ${status}`);
    return reply.data;
  };
}
