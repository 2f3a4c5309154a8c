import type { Plugin } from "vite";

type Catalogue = Record<string, string | Record<string, string>>;
export const customers: readonly string[];
export function catalogues(): Record<string, Catalogue> & { en: Catalogue };
export function placeholders(text: string | Record<string, string>): string[];
export function typesOfKeys(all: { en: Catalogue }): string;
export function ownWords(name: string, prefixes: readonly string[]): Plugin;
