// Phone numbers in groups that one can read out.

/** `+441632960101` becomes `+44 1632 960 101`; what has groups already keeps them. */
export function inGroups(number: string): string {
  const plain = number.trim();
  if (/[\s()-]/.test(plain) || plain.length < 7) return plain;
  const plus = plain.startsWith("+") ? plain.slice(0, 3) : "";
  const rest = plain.slice(plus.length);
  const tail = rest.length % 3 === 1 ? rest.length - 4 : rest.length % 3 === 2 ? rest.length - 2 : rest.length;
  const head = rest.length % 3 === 1 ? [rest.slice(0, 4)] : rest.length % 3 === 2 ? [rest.slice(0, 2)] : [];
  const groups = rest.slice(rest.length - tail).match(/.{3}/g) ?? [];
  return [plus, ...head, ...groups].filter(Boolean).join(" ");
}
