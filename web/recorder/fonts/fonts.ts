// Fonts that a program has added: no sheet names them, and a face does not say where it comes from. Of one that is made
// while the page is recorded that was heard; of an earlier one it is found out among the fonts that the page has loaded.
import { afterCall } from "../states/patched";
import { jsonOf } from "../../widget/json";
import { named as maskedName } from "../mask/css/value";

/** One font, and all of a page, as data in a frame. */
const font_chars_max = 300_000;
const all_chars_max = 600_000;
const faces_max = 20;
/** Files that are tried for a face whose source is not known. */
const tried_max = 12;
const fetch_ms = 10_000;

const plain_family = /^[\w .-]{1,60}$/;
const font_file = /\.(?:woff2?|ttf|otf)(?:[?#]|$)/i;
const address_in = /url\(\s*["']?([^"')]+)["']?\s*\)/i;
const sample = "Hamburgefonstiv 0123456789 WAVE @&";
const told = ["weight", "style", "stretch", "unicodeRange", "variant", "featureSettings", "display", "ascentOverride", "descentOverride", "lineGapOverride"] as const;

/** A face as it leaves the page. */
interface Said extends Partial<Record<(typeof told)[number], string>> {
  family: string;
  /** Data, or an address without a query. */
  source: string;
}

export interface Fonts {
  /** JSON of all that are known; null: there are none. */
  readonly said: string | null;
  stop(): void;
}

const unquoted = (family: string) => family.trim().replace(/^["']|["']$/g, "");

/** Families that the page's sheets name, and the files that they name for them. */
function named(): { families: Set<string>; files: Set<string> } {
  const families = new Set<string>();
  const files = new Set<string>();
  const look = (rules: CSSRuleList, base: string) => {
    for (const rule of rules) {
      if (rule instanceof CSSFontFaceRule) {
        families.add(unquoted(rule.style.getPropertyValue("font-family")).toLowerCase());
        for (const [, address = ""] of rule.style.getPropertyValue("src").matchAll(new RegExp(address_in, "gi"))) {
          if (URL.canParse(address, base)) files.add(new URL(address, base).href);
        }
      } else if ("cssRules" in rule) look((rule as CSSGroupingRule).cssRules, base);
    }
  };
  for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) {
    try {
      look(sheet.cssRules, sheet.href ?? document.baseURI);
    } catch {
      // It does not let itself be read.
    }
  }
  return { families, files };
}

export function fontsOf(changed: () => void): Fonts {
  const sources = new WeakMap<FontFace, string | BufferSource>();
  const seen = new WeakSet<FontFace>();
  const said: Said[] = [];
  let chars = 0;
  let looking = false;
  let again = false;

  const say = (face: FontFace, source: string) => {
    const fits = source.startsWith("http") || (source.length <= font_chars_max && chars + source.length <= all_chars_max);
    if (!fits || said.length >= faces_max) return;
    chars += source.length;
    // Rules name it as the mask writes it.
    const one: Said = { family: maskedName(unquoted(face.family)), source };
    for (const name of told) {
      const value = (face as unknown as Record<string, unknown>)[name];
      if (typeof value === "string" && value !== "normal" && value !== "auto") one[name] = value;
    }
    said.push(one);
    changed();
  };
  const fromSource = async (face: FontFace, source: string | BufferSource): Promise<void> => {
    if (typeof source !== "string") return say(face, dataOf(source));
    const address = address_in.exec(source)?.[1] ?? "";
    if (address.startsWith("data:font/")) return say(face, address);
    if (!URL.canParse(address, document.baseURI)) return;
    const url = new URL(address, document.baseURI);
    const bytes = await bytesOf(url.href);
    const data = bytes === null ? null : dataOf(bytes);
    say(face, data !== null && data.length <= font_chars_max ? data : url.origin + url.pathname);
  };
  /** Those of which nothing is known, by what they look like. */
  const findOut = async (faces: readonly FontFace[], files: ReadonlySet<string>): Promise<void> => {
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const candidates = [...new Set(loaded)].filter((name) => font_file.test(name) && !files.has(name)).slice(0, tried_max);
    const left = new Set(faces.filter(({ status }) => status === "loaded"));
    for (const address of candidates) {
      if (left.size === 0) return;
      const bytes = await bytesOf(address);
      const face = bytes === null ? undefined : await likest(left, bytes);
      if (bytes === null || face === undefined) continue;
      left.delete(face);
      say(face, dataOf(bytes));
    }
  };
  const look = async (): Promise<void> => {
    const { families, files } = named();
    const fresh = [...document.fonts].filter((face) => !seen.has(face) && plain_family.test(unquoted(face.family)) && !families.has(unquoted(face.family).toLowerCase()));
    const unknown: FontFace[] = [];
    for (const face of fresh.slice(0, faces_max)) {
      const source = sources.get(face);
      if (source === undefined && face.status !== "loaded") continue;
      seen.add(face);
      if (source === undefined) unknown.push(face);
      else await fromSource(face, source);
    }
    if (unknown.length > 0) await findOut(unknown, files);
  };
  const soon = () => {
    again = true;
    if (looking) return;
    looking = true;
    void (async () => {
      while (again) {
        again = false;
        await look().catch(() => undefined);
      }
      looking = false;
    })();
  };

  const Original = window.FontFace;
  const heard = new Proxy(Original, {
    construct(target, args, as) {
      const face = Reflect.construct(target, args, as) as FontFace;
      const source = args[1] as string | BufferSource;
      sources.set(face, typeof source === "string" ? source : copyOf(source));
      return face;
    },
  });
  window.FontFace = heard;
  const undo = afterCall(FontFaceSet.prototype as unknown as { add(): void }, "add", soon);
  document.fonts.addEventListener("loadingdone", soon);
  soon();

  return {
    get said() {
      return said.length === 0 ? null : jsonOf(said);
    },
    stop() {
      undo();
      document.fonts.removeEventListener("loadingdone", soon);
      if (window.FontFace === heard) window.FontFace = Original;
    },
  };
}

/** The page may write something else into its own. */
function copyOf(source: BufferSource): ArrayBuffer {
  const bytes = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
  return bytes.byteLength > font_chars_max ? new ArrayBuffer(0) : bytes.slice().buffer;
}

async function bytesOf(address: string): Promise<ArrayBuffer | null> {
  if (new URL(address).origin !== location.origin) return null;
  try {
    const response = await fetch(address, { cache: "force-cache", signal: AbortSignal.timeout(fetch_ms) });
    return response.ok ? await response.arrayBuffer() : null;
  } catch {
    return null;
  }
}

function dataOf(source: BufferSource): string {
  const bytes = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
  if (bytes.byteLength > font_chars_max) return " ".repeat(font_chars_max + 1);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  const kind = { wOF2: "woff2", wOFF: "woff", OTTO: "otf" }[text.slice(0, 4)] ?? "ttf";
  return `data:font/${kind};base64,${btoa(text)}`;
}

/** The face that writes as this file does. */
async function likest(faces: ReadonlySet<FontFace>, bytes: ArrayBuffer): Promise<FontFace | undefined> {
  const probe = new FontFace("lockstep-probe", bytes);
  try {
    await probe.load();
  } catch {
    return undefined;
  }
  document.fonts.add(probe);
  try {
    const context = document.createElement("canvas").getContext("2d");
    const width = (family: string) => {
      if (context === null) return 0;
      context.font = `100px "${family}", monospace`;
      return context.measureText(sample).width;
    };
    const wanted = width("lockstep-probe");
    return [...faces].find((face) => width(unquoted(face.family)) === wanted);
  } finally {
    document.fonts.delete(probe);
  }
}
