// Order of texts by their code units: instants and ids need no language, and long lists no waiting.

export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
