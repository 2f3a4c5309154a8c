// The edge schema's `graphql` tag: documents and their results are typed from api/schema/edge.graphql.
import { initGraphQLTada } from "gql.tada";
import type { introspection } from "./edge-schema";

export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { Instant: string; UUID: string; Token: string };
}>();

export type { FragmentOf, ResultOf, VariablesOf } from "gql.tada";
