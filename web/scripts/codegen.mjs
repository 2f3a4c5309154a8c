// Turns api/schema/{edge,desk}.graphql into the types that gql.tada reads; `--check` compares instead of writing.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { buildASTSchema, introspectionFromSchema, Kind, parse, visit } from "graphql";
import { minifyIntrospection, outputIntrospectionFile } from "@gql.tada/internal";

const web = resolve(import.meta.dirname, "..");
const builtIn = new Set(["String", "Int", "Float", "Boolean", "ID"]);

const defined = (document) => new Map(document.definitions.filter((d) => d.name).map((d) => [d.name.value, d]));

function missingTypes(document) {
  const known = defined(document);
  const missing = new Set();
  visit(document, {
    NamedType: (type) => {
      if (!known.has(type.name.value) && !builtIn.has(type.name.value)) missing.add(type.name.value);
    },
  });
  return [...missing];
}

function connection(name) {
  const node = name.replace(/Connection$/, "");
  return parse(`
    type ${name} { edges: [${node}Edge!]!, pageInfo: PageInfo! }
    type ${node}Edge { cursor: String!, node: ${nodeType[node] ?? node}! }
  `).definitions;
}
const nodeType = { Contact: "ContactRow", Callback: "CallbackRow" };
const pageInfo = parse("type PageInfo { hasNextPage: Boolean!, endCursor: String }").definitions;

/** The desk's file leaves out what it shares with the edge, and the Relay connections: add what it names. */
function complete(document, shared) {
  let whole = document;
  for (;;) {
    const missing = missingTypes(whole);
    if (missing.length === 0) return whole;
    const added = missing.flatMap((name) => {
      if (shared.has(name)) return [shared.get(name)];
      if (name === "PageInfo") return pageInfo;
      if (name.endsWith("Connection")) return connection(name);
      throw new Error(`the schema names ${name} but nothing defines it`);
    });
    whole = { kind: Kind.DOCUMENT, definitions: [...whole.definitions, ...added] };
  }
}

function typesOf(document) {
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  const introspection = minifyIntrospection(introspectionFromSchema(schema, { descriptions: false }));
  const file = outputIntrospectionFile(introspection, { fileType: ".d.ts", shouldPreprocess: true });
  // Two schemas live in one program: leave out the global set-up, each `graphql` tag names its own.
  return `${file.slice(0, file.indexOf("import * as gqlTada")).trimEnd()}\n`;
}

const sdl = async (name) => parse(await readFile(resolve(web, `../api/schema/${name}.graphql`), "utf8"));
const edge = await sdl("edge");
const desk = complete(await sdl("desk"), defined(edge));

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
