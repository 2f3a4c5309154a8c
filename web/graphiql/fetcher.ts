// How GraphiQL asks: queries and mutations over HTTP, subscriptions over the socket, both with the session's cookie.
import type { GraphiQLProps } from "graphiql";
import { getOperationAST } from "graphql";
import { createClient } from "graphql-ws";

const address = new URL("/graphql", location.href);
address.protocol = address.protocol === "https:" ? "wss:" : "ws:";

const socket = createClient({ url: address.href, retryAttempts: 3 });

export const fetcher: GraphiQLProps["fetcher"] = async (params, options) => {
  const operation = options?.documentAST ? getOperationAST(options.documentAST, params.operationName ?? undefined) : undefined;
  if (operation?.operation === "subscription") {
    return socket.iterate({ query: params.query, variables: params.variables as Record<string, unknown> | null });
  }
  const response = await fetch("/graphql", {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json", accept: "application/json", ...(options?.headers as Record<string, string> | undefined) },
    body: JSON.stringify(params),
  });
  if (response.status === 401) {
    location.reload();
    throw new Error("the session has ended: sign in again");
  }
  return (await response.json()) as object;
};
