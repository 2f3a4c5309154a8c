// Secrets that are found again wherever they turn up: each has a name and a text that stands nowhere else.
import { createHash } from "node:crypto";

/** So much of a secret found anywhere is a leak. */
const part_chars = 7;

/** Letters only, so that nothing takes it for a number of a person's. */
const textOf = (name) => `zq${[...createHash("sha256").update(name).digest("hex").slice(0, 14)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("")}`;

export function secretsOf() {
  const texts = new Map();
  /** A secret by its name; `text` where a field takes only a certain kind. */
  const secret = (name, text = textOf(name)) => {
    if (texts.has(name) && texts.get(name) !== text) throw new Error(`there are two secrets called ${name}`);
    texts.set(name, text);
    return text;
  };
  return { secret, texts };
}

/** What is looked for: of words also their beginning and their end, in several spellings. */
function formsOf(text) {
  const words = /^zq[a-z]+$/.test(text) ? [text.slice(0, part_chars), text.slice(-part_chars)] : [text];
  const encoded = words.flatMap((word) => [word, encodeURIComponent(word), JSON.stringify(word).slice(1, -1)]);
  // Whatever stands before it, one of these three is in its Base64.
  const base64 = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const begin = Math.ceil((before * 4) / 3);
    return bytes.toString("base64").slice(begin, Math.floor((bytes.length * 4) / 3) - 1);
  });
  return [...new Set([...encoded, [...text].reverse().join(""), ...(text.length > 9 ? base64 : [])])];
}

/** The names of all secrets that stand in some text, each with where. */
export function foundIn(haystack, texts) {
  const found = [];
  const lower = haystack.toLowerCase();
  for (const [name, text] of texts) {
    for (const form of formsOf(text)) {
      const at = form === form.toLowerCase() ? lower.indexOf(form) : haystack.indexOf(form);
      if (at < 0) continue;
      found.push({ name, form, around: haystack.slice(Math.max(0, at - 90), at + form.length + 40) });
      break;
    }
  }
  return found;
}
