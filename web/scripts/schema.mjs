// The two schemas as they are committed.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parse } from "graphql";

const sdl = async (name) => parse(await readFile(resolve(import.meta.dirname, `../../api/schema/${name}.graphql`), "utf8"));

export async function readSchemas() {
  return { edge: await sdl("edge"), desk: await sdl("desk") };
}
