import type { DocumentNode } from "graphql";

export function readSchemas(): Promise<{ edge: DocumentNode; desk: DocumentNode }>;
