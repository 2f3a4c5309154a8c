// The two schemas as whole documents: the desk's file leaves out what it shares with the edge, and the Relay connections.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Kind, parse, visit } from "graphql";

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

/** Adds what the document names and nobody defines. */
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

const sdl = async (name) => parse(await readFile(resolve(import.meta.dirname, `../../api/schema/${name}.graphql`), "utf8"));

/** `{ edge, desk }` as documents in which every named type is defined. */
export async function readSchemas() {
  const edge = await sdl("edge");
  return { edge, desk: complete(await sdl("desk"), defined(edge)) };
}
