// The customer's page, rebuilt in a frame that runs nothing: rrweb's Replayer, driven event by event.
import { Replayer } from "@rrweb/replay";
import { isList, isRecord, SOURCE, TYPE, type Event } from "../frames/events";
import { safeEvent } from "../frames/filter";
import { openScrolls } from "./scrolls";
import { openStates } from "./states";
import { fit, inBox, toRoom, toPage, within, type Fit, type Point, type Size } from "./fit";
import type { Spot } from "../../shared/display/protocol";

/** The Replayer remembers every style sheet that it has seen: from time to time it begins anew. */
const REBUILDS_BEFORE_FORGETTING = 50;

export interface Shown {
  url: string;
  title: string;
  size: Size;
}

export interface Stage {
  readonly frame: HTMLIFrameElement;
  readonly fit: Fit;
  /** Applies events one by one, now, whatever their clock says. Answers how many could not be applied. */
  apply(events: readonly unknown[]): number;
  clear(): void;
  shown(): Shown;
  document(): Document | null;
  element(id: number): Element | null;
  /** The element at a point of the mirror's own pixels, and where in it. */
  spotAt(point: Point): { spot: Spot; element: Element } | undefined;
  /** Where a spot is in the mirror's own pixels; undefined: the page has no such element now. */
  pointOf(spot: Spot): Point | undefined;
  /** An element's box in the mirror's own pixels. */
  boxOf(id: number): DOMRect | undefined;
  idOf(element: Node | null): number | undefined;
}

/** As browsers draw an element that fills the screen, here where nothing does. */
const fullRules = [
  ":where([data-lockstep-full]) { border: 0; padding: 0; background: transparent; color: inherit; overflow: visible; }",
  "[data-lockstep-full] { position: fixed !important; inset: 0 !important; margin: 0 !important; box-sizing: border-box !important; min-width: 0 !important; max-width: none !important; min-height: 0 !important; max-height: none !important; width: 100% !important; height: 100% !important; object-fit: contain; transform: none !important; }",
  "[data-lockstep-full]::backdrop { background: black; }",
];

interface Watch {
  /** The page has another size, or the room has. */
  fitted(fit: Fit, size: Size): void;
  /** The customer's pointer, in the customer's pixels. */
  pointed(point: Point, pressed: boolean): void;
  /** A new page was built. */
  rebuilt(): void;
}

/** What rrweb keeps to itself: casts one event at once. */
interface Inside {
  getCastFn(event: Event, isSync: boolean): () => void;
  hoverElements(element: Element): void;
}

export function openStage(root: HTMLElement, watch: Watch): Stage {
  const replayer = new Replayer([], {
    root,
    liveMode: true,
    useVirtualDom: false,
    UNSAFE_replayCanvas: false,
    mouseTail: false,
    triggerFocus: false,
    pauseAnimation: false,
    showWarning: false,
    blockClass: "lockstep-nothing",
    // A page that scrolls smoothly would lag behind its own recording, and what a browser moves by itself is recorded, too.
    insertStyleRules: ["* { scroll-behavior: auto !important; overflow-anchor: none !important; }", ...fullRules],
  });
  const inside = replayer as unknown as Inside;
  const nodes = replayer.getMirror();
  const { iframe: frame, wrapper } = replayer;
  const states = openStates((id) => nodes.getNode(id));
  const scrolls = openScrolls(() => frame.contentDocument, (id) => nodes.getNode(id));
  frame.title = "The customer's page";
  frame.inert = true;
  frame.tabIndex = -1;

  let size: Size = { width: 0, height: 0 };
  let url = "";
  let now = fit({ width: 0, height: 0 }, size);
  let rebuilds = 0;

  const refit = () => {
    now = fit({ width: root.clientWidth, height: root.clientHeight }, size);
    wrapper.style.transform = `translate(${now.left}px, ${now.top}px) scale(${now.scale})`;
    watch.fitted(now, size);
  };
  new ResizeObserver(refit).observe(root);

  const resized = (data: Record<string, unknown>) => {
    const { width, height } = data;
    if (typeof width !== "number" || typeof height !== "number" || !(width > 0 && height > 0)) return;
    size = { width: Math.round(width), height: Math.round(height) };
    frame.width = String(size.width);
    frame.height = String(size.height);
    frame.style.display = "block";
    refit();
  };

  const pointed = (data: Record<string, unknown>, pressed: boolean) => {
    const last: unknown = isList(data.positions) ? data.positions.at(-1) : data;
    if (!isRecord(last) || typeof last.x !== "number" || typeof last.y !== "number") return;
    watch.pointed({ x: last.x, y: last.y }, pressed);
    const target = typeof last.id === "number" ? nodes.getNode(last.id) : null;
    if (isElement(target)) inside.hoverElements(target);
  };

  const rebuild = (event: Event) => {
    rebuilds += 1;
    if (rebuilds % REBUILDS_BEFORE_FORGETTING === 0) replayer.resetCache();
    // A document that is opened again keeps the sheets that it had adopted.
    if (frame.contentDocument) frame.contentDocument.adoptedStyleSheets = [];
    if (frame.contentWindow) states.begin(frame.contentWindow);
    states.note(event);
    inside.getCastFn(event, true)();
    watch.rebuilt();
  };

  /** rrweb builds a sheet whose text has changed anew, and forgets the text that it has for it. */
  const refill = (changes: unknown) => {
    for (const one of isList(changes) ? changes : []) {
      if (!isRecord(one) || typeof one.id !== "number" || !isRecord(one.attributes) || !("_cssText" in one.attributes)) continue;
      const sheet = nodes.getNode(one.id);
      if (sheet?.nodeName !== "STYLE" || sheet.hasChildNodes()) continue;
      const said = nodes.getMeta(sheet);
      for (const child of said !== null && "childNodes" in said ? said.childNodes : []) {
        const text = nodes.getNode(child.id);
        if (text === null || !("textContent" in child)) continue;
        text.textContent = child.textContent;
        sheet.appendChild(text);
      }
    }
  };

  const applyOne = (event: Event) => {
    const { data } = event;
    if (event.type === TYPE.meta) {
      if (typeof data.href === "string") url = data.href;
      // What the page asks of its reader's taste is answered as the customer's browser answers it.
      frame.style.colorScheme = data.dark === true ? "dark" : "light";
      resized(data);
    } else if (event.type === TYPE.full) rebuild(event);
    else if (data.source === SOURCE.resize) resized(data);
    else if (data.source === SOURCE.mouseMove || data.source === SOURCE.touchMove || data.source === SOURCE.drag) pointed(data, false);
    else if (data.source === SOURCE.mouseInteraction) pointed(data, data.type === CLICK || data.type === TOUCH_START);
    else if (data.source === SOURCE.adoptedStyleSheet) {
      // A root that has nothing in it yet has a look already.
      const host = typeof data.id === "number" ? nodes.getNode(data.id) : null;
      if (isElement(host) && host.shadowRoot === null) host.attachShadow({ mode: "open" });
      inside.getCastFn(event, true)();
    }
    // A selection waits for a flush when it is cast synchronously, and nothing here flushes.
    else if (data.source === SOURCE.mutation) {
      states.note(event);
      inside.getCastFn(event, true)();
      refill(data.attributes);
    } else inside.getCastFn(event, data.source !== SOURCE.selection)();
  };

  const tagOf = (id: number) => nodes.getNode(id)?.nodeName;
  const element = (id: number): Element | null => {
    const node = nodes.getNode(id);
    if (isElement(node)) return node;
    return isElement(node?.parentElement) ? node.parentElement : null;
  };
  const idOf = (node: Node | null): number | undefined => {
    const id = node === null ? -1 : nodes.getId(node);
    return id > 0 ? id : undefined;
  };
  const boxOf = (id: number): DOMRect | undefined => {
    const found = element(id);
    if (!found?.isConnected) return undefined;
    const box = found.getBoundingClientRect();
    const { x, y } = toRoom(now, box);
    return new DOMRect(x, y, box.width * now.scale, box.height * now.scale);
  };

  return {
    frame,
    get fit() {
      return now;
    },
    apply(events) {
      let failed = 0;
      for (const one of events) {
        const event = safeEvent(one, tagOf);
        if (event === null) continue;
        try {
          applyOne(event);
          scrolls.note(event);
        } catch {
          failed += 1;
        }
      }
      states.settle();
      scrolls.settle();
      return failed;
    },
    clear() {
      frame.style.display = "none";
      size = { width: 0, height: 0 };
      refit();
    },
    shown: () => ({ url, title: frame.contentDocument?.title ?? "", size }),
    document: () => frame.contentDocument,
    element,
    spotAt(point) {
      const at = toPage(now, point);
      let found = deepest(frame.contentDocument, at);
      while (found !== null && idOf(found) === undefined) found = found.parentElement ?? hostOf(found);
      const node = idOf(found);
      if (found === null || node === undefined) return undefined;
      return { spot: { node, ...within(found.getBoundingClientRect(), at) }, element: found };
    },
    pointOf(spot) {
      const box = boxOf(spot.node);
      return box && inBox(box, spot);
    },
    boxOf,
    idOf,
  };
}

/** rrweb's `MouseInteractions`. */
const CLICK = 2;
const TOUCH_START = 7;

const isElement = (node: unknown): node is Element => isRecord(node) && (node as unknown as Node).nodeType === Node.ELEMENT_NODE;

function deepest(root: Document | ShadowRoot | null, { x, y }: Point): Element | null {
  const found = root?.elementFromPoint(x, y) ?? null;
  const inner = found?.shadowRoot && found.shadowRoot !== root ? deepest(found.shadowRoot, { x, y }) : null;
  return inner ?? found;
}

function hostOf(element: Element): Element | null {
  const root = element.getRootNode();
  return "host" in root ? (root as ShadowRoot).host : null;
}
