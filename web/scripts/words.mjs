// The catalogues of words: what each text needs, and a bundle's own part of them.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../shared/words");
const english = resolve(folder, "en.json");
/** Said to customers: these are there in every language. */
export const customers = ["widget.", "display.", "page."];

/** Each language's catalogue, by its code. */
export function catalogues() {
  const files = readdirSync(folder).filter((name) => /^[a-z]{2}\.json$/.test(name));
  return Object.fromEntries(files.map((name) => [name.slice(0, 2), JSON.parse(readFileSync(resolve(folder, name), "utf8"))]));
}

/** The names of the placeholders of a text, in all its plural forms. */
export function placeholders(text) {
  const forms = typeof text === "string" ? [text] : Object.values(text);
  const names = forms.flatMap((form) => [...form.matchAll(/{(\w+)}/g)].map(([, name]) => name));
  return [...new Set([...(typeof text === "string" ? [] : ["count"]), ...names])].sort();
}

/** The types of all keys, as TypeScript. */
export function typesOfKeys({ en }) {
  const lines = Object.entries(en).map(([key, text]) => {
    const needs = placeholders(text).map((name) => `${name}: ${name === "count" ? "number" : "string | number"}`);
    return `  ${JSON.stringify(key)}: ${needs.length === 0 ? "Nothing" : `{ ${needs.join("; ")} }`};`;
  });
  return `// Generated from en.json by \`npm run codegen\`; not edited by hand.\n\ntype Nothing = Record<never, never>;\n\nexport interface Words {\n${lines.join("\n")}\n}\n`;
}

/**
 * A bundle that carries only the texts under its own prefixes, as a list, and says them by number. Other languages are
 * files beside the bundle, with a name that changes whenever keys or texts do.
 */
export function ownWords(name, prefixes) {
  const { en, ...others } = catalogues();
  const keys = Object.keys(en).filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
  const numbers = new Map(keys.map((key, index) => [key, index]));
  const files = Object.entries(others).map(([language, catalogue]) => {
    const source = JSON.stringify(keys.map((key) => catalogue[key] ?? en[key]));
    const hash = createHash("sha256").update(keys.join()).update(source).digest("hex").slice(0, 8);
    return { language, source, fileName: `words-${name}-${language}-${hash}.json` };
  });
  const languages = "virtual:languages";
  return {
    name: "own-words",
    enforce: "pre",
    resolveId: (id) => (id === languages ? `\0${languages}` : undefined),
    load(id) {
      if (id === `\0${languages}`) return `export const others = ${JSON.stringify(Object.fromEntries(files.map((file) => [file.language, file.fileName])))};`;
      return id.split("?")[0] === english ? JSON.stringify(keys.map((key) => en[key])) : undefined;
    },
    transform(code, id) {
      if (!/\.tsx?$/.test(id) || id.includes("node_modules")) return undefined;
      // What the bundle does not carry must not be in it: see below.
      const said = code.replace(/"([a-z]+\.[\w.]+)"/g, (literal, key) => (numbers.has(key) ? String(numbers.get(key)) : literal));
      return said === code ? undefined : { code: said, map: null };
    },
    generateBundle(_, bundle) {
      const code = Object.values(bundle).map((file) => (file.type === "chunk" ? file.code : ""));
      const strange = Object.keys(en).filter((key) => code.some((text) => new RegExp(`["'\`]${key.replaceAll(".", "\\.")}["'\`]`).test(text)));
      if (strange.length > 0) this.error(`the bundle “${name}” says ${strange.join(", ")}, but carries only ${prefixes.join(", ")}`);
      for (const { fileName, source } of files) this.emitFile({ type: "asset", fileName, source });
    },
  };
}
