// Turns api/schema/{edge,desk}.graphql into the types that gql.tada reads, and the catalogue of words into the types of
// its keys; `--check` compares instead of writing.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { buildASTSchema, introspectionFromSchema } from "graphql";
import { minifyIntrospection, outputIntrospectionFile } from "@gql.tada/internal";
import { readSchemas } from "./schema.mjs";
import { catalogues, typesOfKeys } from "./words.mjs";

const web = resolve(import.meta.dirname, "..");

function typesOf(document) {
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  const introspection = minifyIntrospection(introspectionFromSchema(schema, { descriptions: false }));
  const file = outputIntrospectionFile(introspection, { fileType: ".d.ts", shouldPreprocess: true });
  // Two schemas live in one program: leave out the global set-up, each `graphql` tag names its own.
  return `${file.slice(0, file.indexOf("import * as gqlTada")).trimEnd()}\n`;
}

const { edge, desk } = await readSchemas();

const generated = [["shared/words/keys.d.ts", typesOfKeys(catalogues()), "the catalogue"]];
for (const [name, document] of [["edge", edge], ["desk", desk]]) {
  const header = `// Generated from api/schema/${name}.graphql by \`npm run codegen\`; not edited by hand.\n`;
  generated.push([`shared/graphql/${name}-schema.d.ts`, header + typesOf(document), "the schema"]);
}

let stale = false;
for (const [name, types, source] of generated) {
  const file = resolve(web, name);
  if (!process.argv.includes("--check")) {
    await writeFile(file, types);
  } else if ((await readFile(file, "utf8").catch(() => "")) !== types) {
    console.error(`web/${name} differs from ${source}: run \`npm run codegen\` in web/`);
    stale = true;
  }
}
process.exit(stale ? 1 : 0);
