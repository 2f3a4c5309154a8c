// JSON on pages whose libraries have changed what JSON is: `toJSON` on prototypes, or another `JSON` altogether.

let clean: JSON | null = null;

/** The page's own `JSON` where it still is one, else one from a frame that no library has touched. */
function native(): JSON {
  if (clean !== null) return clean;
  try {
    if ((JSON.parse(JSON.stringify("[1]")) as unknown) === "[1]" && (JSON.parse("[1]") as number[])[0] === 1) return JSON;
  } catch {
    // Then it is none.
  }
  const frame = document.createElement("iframe");
  document.documentElement.appendChild(frame);
  clean = (frame.contentWindow as unknown as typeof globalThis).JSON;
  document.documentElement.removeChild(frame);
  return clean;
}

const sample = { a: [""] };

/** Plain data as JSON. */
export function jsonOf(value: unknown): string {
  const json = native();
  // The browser's own way is the fast one, and right where no prototype has a `toJSON`.
  return json.stringify(sample) === '{"a":[""]}' ? json.stringify(value) : written(value, json);
}

function written(value: unknown, json: JSON): string {
  if (typeof value !== "object" || value === null) return json.stringify(value);
  let text = "";
  if (Array.isArray(value)) {
    for (const one of value as unknown[]) text += `,${written(one ?? null, json)}`;
    return `[${text.slice(1)}]`;
  }
  for (const [name, one] of Object.entries(value)) if (one !== undefined) text += `,${written(name, json)}:${written(one, json)}`;
  return `{${text.slice(1)}}`;
}

/** What the text says, if it is JSON; undefined if it is not. */
export function parsed(text: string | null): unknown {
  try {
    return native().parse(String(text));
  } catch {
    return undefined;
  }
}

/** Whether it has all of these, of these types: for what may be anything. */
export function has(value: unknown, types: Record<string, "string" | "number" | "object">): boolean {
  return Object.entries(types).every(([name, type]) => typeof (value as Record<string, unknown> | null | undefined)?.[name] === type);
}

/** Those of a list that `is`; of what is no list, none. */
export const listed = <T>(value: unknown, is: (one: unknown) => boolean): T[] => (Array.isArray(value) ? (value.filter(is) as T[]) : []);
