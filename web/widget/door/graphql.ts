// GraphQL documents as plain strings at run time (no parser in the bundle), typed from the edge's schema.
import type { graphql as typed } from "../../shared/graphql/edge";

export const graphql = ((text: string) => text) as unknown as typeof typed;

export type { ResultOf, VariablesOf } from "gql.tada";

/** A typed document as what travels: its text. */
export const textOf = (document: object): string => document as unknown as string;
