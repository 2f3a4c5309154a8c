// Fonts that a program has added to the customer's page, added to the picture.
import { isList, isRecord, parsed } from "../frames/events";

export const FONTS = "data-lockstep-fonts";
const FACES_MAX = 20;
const plainFamily = /^[\w .-]{1,60}$/;
const plainSource = /^(?:data:font\/(?:woff2?|ttf|otf);base64,[A-Za-z0-9+/=]+|https?:\/\/[^"'()\\\s?#]+)$/;
const descriptors = ["weight", "style", "stretch", "unicodeRange", "variant", "featureSettings", "display", "ascentOverride", "descentOverride", "lineGapOverride"];

export interface Face {
  family: string;
  source: string;
  descriptors: Record<string, string>;
}

/** Others wrote it. */
export function facesOf(json: string): Face[] {
  const said = parsed(json);
  if (!isList(said)) return [];
  return said.slice(0, FACES_MAX).flatMap((one) => {
    if (!isRecord(one) || typeof one.family !== "string" || typeof one.source !== "string") return [];
    if (!plainFamily.test(one.family) || !plainSource.test(one.source)) return [];
    const own = descriptors.flatMap((name) => (typeof one[name] === "string" ? [[name, one[name]] as const] : []));
    return [{ family: one.family, source: one.source, descriptors: Object.fromEntries(own) }];
  });
}

/** Those that are there already stay; answers which are there by now. */
export function addFaces(page: Document, json: string, before: ReadonlySet<string>): Set<string> {
  const there = new Set(before);
  const view = page.defaultView as (Window & typeof globalThis) | null;
  for (const face of facesOf(json)) {
    const name = JSON.stringify(face);
    if (there.has(name) || view === null) continue;
    there.add(name);
    try {
      const made = new view.FontFace(face.family, `url("${face.source}")`, face.descriptors);
      page.fonts.add(made);
    } catch {
      // A descriptor that this browser does not know: the text is drawn in the next font.
    }
  }
  return there;
}
