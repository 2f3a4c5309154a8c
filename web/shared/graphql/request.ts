// Queries and mutations over HTTP with the session's cookie.
import { ApiError, errorOf, textOf, type Document, type GraphQLErrorLike } from "./document";

const REQUEST_TIMEOUT_MS = 15_000;

let onSignedOut: () => void = () => undefined;

/** Called when the server no longer knows this session. */
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

export async function request<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  let response: Response;
  try {
    response = await fetch("/graphql", {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ query: textOf(document), variables }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  } catch {
    throw new ApiError("the server cannot be reached", "network");
  }
  if (response.status === 401) {
    onSignedOut();
    throw new ApiError("signed out", "unauthenticated");
  }
  const body = (await response.json().catch(() => null)) as { data?: Result; errors?: GraphQLErrorLike[] } | null;
  if (body?.errors?.length) {
    const error = errorOf(body.errors);
    if (error.unauthenticated) onSignedOut();
    throw error;
  }
  if (!response.ok || body?.data == null) {
    throw new ApiError(`the server answered ${response.status}`, String(response.status));
  }
  return body.data;
}
