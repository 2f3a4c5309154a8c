// Typed documents as the transports send them.
import type { TadaDocumentNode } from "gql.tada";
import { print } from "graphql/language/printer.js";

export type Document<Result, Variables> = TadaDocumentNode<Result, Variables>;

const printed = new WeakMap<object, string>();

/** The document's text, printed once. */
export function textOf(document: object): string {
  const known = printed.get(document);
  if (known !== undefined) return known;
  const text = print(document as Parameters<typeof print>[0]);
  printed.set(document, text);
  return text;
}

/** What the server says when it answers with errors instead of data: `message` is for developers, people read words by `code`. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** From `extensions.code`, else the HTTP status or `network`. */
    readonly code: string,
  ) {
    super(message);
    this.name = "ApiError";
  }

  get unauthenticated(): boolean {
    return this.code.toLowerCase() === "unauthenticated";
  }

  get forbidden(): boolean {
    return this.code.toLowerCase() === "forbidden" || this.code === "403";
  }
}

export interface GraphQLErrorLike {
  message: string;
  extensions?: { code?: unknown } | null;
}

export function errorOf(errors: readonly GraphQLErrorLike[]): ApiError {
  const first = errors[0];
  const code = first?.extensions?.code;
  return new ApiError(first?.message ?? "the server answered with an empty error", typeof code === "string" ? code : "error");
}
