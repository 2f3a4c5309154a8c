// GraphQL documents as plain strings at run time (no parser in the bundle), typed from the edge's schema.
import type { graphql as typed } from "../../shared/graphql/edge";

/** `@_unmask` is a word to the types alone. */
export const graphql = ((text: string, fragments: readonly string[] = []) => [text, ...fragments].join("").replace(" @_unmask", "")) as unknown as typeof typed;

export type { ResultOf, VariablesOf } from "gql.tada";

/** A typed document as what travels: its text. */
export const textOf = (document: object): string => document as unknown as string;
