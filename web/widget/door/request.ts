// One GraphQL operation over HTTP, under the visit's token.
import { NotAccepted, Unreachable, type Visits } from "./visit";
import { textOf } from "./graphql";

const longest_ms = 20_000;

export type Request = <Result>(document: object, variables?: object) => Promise<Result>;

interface Reply<Result> {
  data?: Result | null;
  errors?: { message: string }[];
}

/** Fails with `Unreachable` (try again later) or `NotAccepted` (it would not help). */
export function requestsTo(edge: string, visits: Visits): Request {
  const post = async (token: string, body: string): Promise<Response> => {
    try {
      return await fetch(`${edge}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body,
        signal: AbortSignal.timeout(longest_ms),
      });
    } catch (cause) {
      throw new Unreachable(String(cause));
    }
  };
  return async <Result>(document: object, variables: object = {}) => {
    const body = JSON.stringify({ query: textOf(document), variables });
    const token = await visits.token();
    let response = await post(token, body);
    if (response.status === 401) response = await post(await visits.renew(token), body);
    if (response.status >= 500 || response.status === 429 || response.status === 408) throw new Unreachable(`the edge answered ${response.status}`);
    const reply = (await response.json().catch(() => ({}))) as Reply<Result>;
    const refused = reply.errors?.[0]?.message;
    if (reply.data == null || refused !== undefined) throw new NotAccepted(refused ?? `the edge answered ${response.status}`);
    return reply.data;
  };
}
