// Every example is valid under the schema that is served.
import { buildASTSchema, parse, validate } from "graphql";
import { expect, it } from "vitest";
import { readSchemas } from "../scripts/schema.mjs";
import { examples } from "./examples";

const { desk } = await readSchemas();
const schema = buildASTSchema(desk, { assumeValidSDL: true });

it.each(examples.map((example) => [example.query.split("\n")[0] ?? "", example] as const))("%s", (_, example) => {
  expect(validate(schema, parse(example.query))).toEqual([]);
  if (example.variables !== undefined) expect(() => JSON.parse(example.variables ?? "") as unknown).not.toThrow();
});
