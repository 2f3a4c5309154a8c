// Turns api/schema/{edge,desk}.graphql into the types that gql.tada reads; `--check` compares instead of writing.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { buildASTSchema, introspectionFromSchema } from "graphql";
import { minifyIntrospection, outputIntrospectionFile } from "@gql.tada/internal";
import { readSchemas } from "./schema.mjs";

const web = resolve(import.meta.dirname, "..");

function typesOf(document) {
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  const introspection = minifyIntrospection(introspectionFromSchema(schema, { descriptions: false }));
  const file = outputIntrospectionFile(introspection, { fileType: ".d.ts", shouldPreprocess: true });
  // Two schemas live in one program: leave out the global set-up, each `graphql` tag names its own.
  return `${file.slice(0, file.indexOf("import * as gqlTada")).trimEnd()}\n`;
}

const { edge, desk } = await readSchemas();

let stale = false;
for (const [name, document] of [["edge", edge], ["desk", desk]]) {
  const file = resolve(web, `shared/graphql/${name}-schema.d.ts`);
  const header = `// Generated from api/schema/${name}.graphql by \`npm run codegen\`; not edited by hand.\n`;
  const types = header + (await typesOf(document));
  if (!process.argv.includes("--check")) {
    await writeFile(file, types);
  } else if ((await readFile(file, "utf8").catch(() => "")) !== types) {
    console.error(`web/shared/graphql/${name}-schema.d.ts differs from the schema: run \`npm run codegen\` in web/`);
    stale = true;
  }
}
process.exit(stale ? 1 : 0);
