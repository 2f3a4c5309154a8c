// GraphQL documents as plain strings at run time (no parser in the bundle), typed from the edge's schema.

export const graphql = ((text: string) => text) as unknown as typeof import("../../shared/graphql/edge").graphql;

export type { ResultOf, VariablesOf } from "gql.tada";

/** A typed document as what travels: its text. */
export const textOf = (document: object): string => document as unknown as string;
