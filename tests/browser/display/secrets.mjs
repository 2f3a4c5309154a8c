// Secrets that are found again wherever they turn up: each has a name and a text that stands nowhere else.
import { createHash } from "node:crypto";

/** So much of a secret found anywhere is a leak. */
const part_chars = 7;

/** Letters only, so that nothing takes it for a number of a person's. */
const textOf = (name) => `zq${[...createHash("sha256").update(name).digest("hex").slice(0, 14)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("")}`;

const first = "ada grace alan edith hedy radia karen frances jean anita annie sofia emmy lise marie".split(" ");
const last = "byron hopper turing clarke lamarr perlman jones allen bartik borg easley kovalevskaya noether meitner curie".split(" ");
const numberOf = (name) => Number.parseInt(createHash("sha256").update(name).digest("hex").slice(0, 12), 16);
/** Words such as pages have in their names and values; no two ways share one. */
const shapes = {
  letters: textOf,
  slug: (name, turn) => `${first[turn % first.length]}-${last[(turn * 7 + Math.floor(turn / first.length)) % last.length]}-${textOf(name).slice(2, 5)}`,
  digits: (name) => String(100_000 + (numberOf(name) % 900_000)),
};

export function secretsOf() {
  const texts = new Map();
  /** A secret by its name; `text` where a field takes only a certain kind. */
  const secret = (name, text = textOf(name)) => {
    if (texts.has(name) && texts.get(name) !== text) throw new Error(`there are two secrets called ${name}`);
    texts.set(name, text);
    return text;
  };
  /** A third of them are letters, a third slugs, a third digits. */
  const word = (name) => {
    if (texts.has(name)) return texts.get(name);
    const turn = texts.size;
    let text = shapes[Object.keys(shapes)[turn % 3]](name, turn);
    for (let again = 1; [...texts.values()].includes(text); again += 1) text = shapes.digits(name + again);
    return secret(name, text);
  };
  return { secret, word, texts };
}

const isNumber = /^\d+$/;
const everySign = (text, write) => [...text].map((sign) => write(sign.charCodeAt(0).toString(16))).join("");

/** What is looked for: of words also their beginning and their end, in several spellings. */
export function formsOf(text) {
  const words = /^zq[a-z]+$/.test(text) ? [text.slice(0, part_chars), text.slice(-part_chars)] : [text];
  const encoded = words.flatMap((word) => [word, encodeURIComponent(word), JSON.stringify(word).slice(1, -1)]);
  const escaped = [everySign(text, (code) => `%${code}`), everySign(text, (code) => `\\${code} `), everySign(text, (code) => `\\u00${code}`), everySign(text, (code) => `&#x${code};`)];
  // Whatever stands before it, one of these three is in its Base64.
  const base64 = [text, text.toUpperCase()].flatMap((spelling) =>
    [0, 1, 2].map((before) => {
      const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(spelling)]);
      const begin = Math.ceil((before * 4) / 3);
      return bytes.toString("base64").slice(begin, Math.floor((bytes.length * 4) / 3) - 1);
    }),
  );
  const reversed = [...text].reverse().join("");
  return [...new Set([...encoded, ...escaped, ...(isNumber.test(text) ? [] : [reversed]), ...(text.length > 9 ? base64 : [])])];
}

/** The text as it is, and as it reads when JSON, addresses and CSS have been read. */
function readings(haystack) {
  const json = haystack.replace(/\\u([0-9a-f]{4})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))).replace(/\\(["\\/])/g, "$1");
  const address = json.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  const css = json.replace(/\\([0-9a-f]{1,6}) ?/gi, (_, code) => String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff)));
  return [...new Set([haystack, json, address, css])];
}

/** Where it stands; digits only where they are a number of their own. */
function placeOf(form, reading, lower) {
  if (isNumber.test(form)) return new RegExp(`(?<![\\d.])${form}(?![\\d.])`).exec(reading)?.index ?? -1;
  return form === form.toLowerCase() ? lower.indexOf(form) : reading.indexOf(form);
}

/** The names of all secrets that stand in some text, each with where. */
export function foundIn(haystack, texts) {
  const found = [];
  const all = readings(haystack).map((reading) => [reading, reading.toLowerCase()]);
  for (const [name, text] of texts) {
    const hits = formsOf(text).flatMap((form) => all.map(([reading, lower]) => ({ form, reading, at: placeOf(form, reading, lower) })));
    const hit = hits.find(({ at }) => at >= 0);
    if (hit !== undefined) found.push({ name, form: hit.form, around: hit.reading.slice(Math.max(0, hit.at - 90), hit.at + hit.form.length + 40) });
  }
  return found;
}
