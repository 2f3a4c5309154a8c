// What the recorder knows beside what rrweb has serialized: whole sheets, pictures, and what stands in no attribute.
import type { Attributes } from "./mask/attribute";
import type { More } from "./mask/node";
import { tagOf, type Policy } from "./mask/policy";
import { fontsOf } from "./fonts/fonts";
import { needsData, picturesOf } from "./pictures/pictures";
import { kind, source, type Nodes, type RecordedEvent } from "./rrweb";
import { isSheet, mediaOf } from "./sheets/media";
import { sheetsOf } from "./sheets/sheets";
import { absolute, hasPrivateAddress, ownStyle } from "./sheets/source";
import { statesOf } from "./states/states";

/** Snapshots for the sake of a picture in a sheet that stands in no element. */
const whole_ms = 1_000;

interface World {
  policy: Policy;
  nodes: Nodes;
  /** The element is another, with these attributes as rrweb would say them. */
  changed(element: Element, attributes?: Attributes): void;
  /** Everything is. */
  whole(milliseconds?: number): void;
}

export interface Known extends More {
  /** Before an event is masked. */
  before(event: RecordedEvent): void;
  stop(): void;
}

/** Where the address of a picture stands. */
function addressOf(element: Element): "src" | "href" | null {
  const tag = tagOf(element);
  if (tag === "img" || (tag === "input" && (element as HTMLInputElement).type === "image")) return "src";
  return tag === "image" && element.namespaceURI === "http://www.w3.org/2000/svg" ? "href" : null;
}

export function moreOf({ policy, nodes, changed, whole }: World): Known {
  const pictures = picturesOf();
  /** What was said last of an image. */
  const told = new WeakMap<Element, string>();

  const loaded = ({ target }: Event) => {
    const image = target as HTMLImageElement;
    // Another of its sources was chosen, or the first time any.
    if (image.localName === "img" && told.has(image) && told.get(image) !== image.currentSrc) changed(image, { src: image.currentSrc });
  };
  const roots = new Set<Document | ShadowRoot>();
  const watch = (root: Document | ShadowRoot) => {
    if (roots.has(root)) return;
    roots.add(root);
    root.addEventListener("load", loaded, true);
  };
  watch(document);

  const states = statesOf({ nodes, changed: (element) => changed(element, isSheet(element) ? { media: null } : {}), whole, found: watch });
  const fonts = fontsOf(() => changed(document.documentElement));
  const sheets = sheetsOf({
    nodes,
    changed: (owner) => (owner === null ? whole(whole_ms) : changed(owner, { _cssText: "" })),
    shows(places) {
      const memo = new Map();
      return places.some((place) => policy.shows(place, memo));
    },
    picture: (address, later) => inCss(address, later),
  });

  /** What stands in a style instead of the address: nothing while that is not known. */
  function inCss(address: string, later: () => void): string | null {
    if (!needsData(address)) return null;
    const data = pictures.of(address, { changed: later });
    return data === null ? "about:blank" : (data ?? null);
  }

  const sheetWhole = (attributes: Attributes, element: Element): Attributes => {
    const { _cssText, ...others } = attributes;
    // A title makes a set of sheets, of which one is used; here all are that are used there.
    delete others.title;
    const media = mediaOf(element);
    if (media !== undefined && (media !== null || "media" in attributes)) others.media = media;
    if (typeof _cssText !== "string") return others;
    const text = sheets.textOf(element, _cssText) ?? _cssText;
    return text === "" ? others : { ...others, _cssText: text };
  };
  const styleWhole = (element: Element, given: unknown): unknown => {
    const own = ownStyle(element);
    const css = own ?? element.getAttribute("style") ?? "";
    if (!hasPrivateAddress(css) || !policy.shows(element)) return own ?? given;
    return absolute(css, element.baseURI, (address) => inCss(address, () => changed(element, { style: "" })));
  };
  const pictureWhole = (attributes: Attributes, element: Element, name: "src" | "href"): Attributes => {
    const image = element as HTMLImageElement;
    const given = String(attributes[name] ?? attributes["xlink:href"] ?? element.getAttribute(name) ?? "");
    const address = image.currentSrc || (URL.canParse(given, element.baseURI) ? new URL(given, element.baseURI).href : "");
    told.set(element, image.currentSrc || address);
    const result: Attributes = Object.fromEntries(Object.entries(attributes).filter(([one]) => one !== name && one !== "xlink:href"));
    // Of several sources the one is shown that this browser has chosen, as large as it is here.
    if (tagOf(element) === "img" && image.currentSrc !== "" && (element.hasAttribute("srcset") || tagOf(element.parentElement ?? element) === "picture")) {
      if (!element.hasAttribute("width") && image.naturalWidth > 0) result.width = String(image.naturalWidth);
    }
    if (!needsData(address)) return { ...attributes, ...result, ...(name === "src" && address !== "" ? { src: address } : {}) };
    const painted = tagOf(element) === "img" ? image : undefined;
    const data = policy.shows(element) ? pictures.of(address, { painted, changed: () => changed(element, { [name]: address }) }) : null;
    // One that was not there yet is asked for once it is.
    if (data === null) told.set(element, "");
    if (data == null) return data === undefined ? attributes : result;
    // As long as it had no picture, it had a size instead.
    return { ...result, [name]: data, style: result.style ?? element.getAttribute("style") ?? "" };
  };

  return {
    whole(attributes, element) {
      if (isSheet(element)) return sheetWhole(attributes, element);
      const given = "style" in attributes && attributes.style !== null ? { ...attributes, style: styleWhole(element, attributes.style) } : attributes;
      const name = addressOf(element);
      const speaks = name !== null && (name in given || "xlink:href" in given || "srcset" in given || "sizes" in given);
      return speaks ? pictureWhole(given, element, name) : given;
    },
    states(element, memo) {
      const said = element === document.documentElement ? fonts.said : null;
      return said === null ? states.of(element, policy, memo) : { ...states.of(element, policy, memo), "data-lockstep-fonts": said };
    },
    before(event) {
      if (event.type === kind.full) {
        states.forget();
        sheets.forget();
      }
      sheets.mend(event);
      if (event.data.source === source.mutation) sheets.look();
    },
    stop() {
      states.stop();
      sheets.stop();
      fonts.stop();
      for (const root of roots) root.removeEventListener("load", loaded, true);
    },
  };
}
