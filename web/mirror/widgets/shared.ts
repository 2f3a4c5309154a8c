// Shared widgets: over each placeholder of the page the element itself, in a frame without an origin, with the log's state.
import { keepingFocus } from "../focus";
import type { About } from "../../shared/display/protocol";
import type { Display } from "../../shared/display/documents";
import { isRecord, parsed } from "../frames/events";
import type { Stage } from "../stage/stage";
import { answered, change, nothingYet, said, type Change, type Merging } from "./merge";
import type { FromWidget, Hello, ToWidget } from "./message";

const FRAMES_MAX = 16;
const PLACEHOLDER = "[data-lockstep-shared]";
/** What moves without a word (a picture has come, a transition has begun) is noticed within this time. */
const NOTICED_WITHIN_MS = 200;

interface Running {
  name: string;
  frame: HTMLIFrameElement;
  port: MessagePort;
  version: number;
  /** Where it was put last. */
  place: string;
}

export interface Shared {
  /** What the log says now. */
  display(widgets: Display["widgets"]): void;
  /** What it said at another instant. */
  instant(widgets: Display["widgets"]): void;
  /** The page may have gained, lost or moved placeholders. */
  look(): void;
  answered(name: string, basedOn: number, taken: boolean): void;
}

interface Tell {
  change(name: string, basedOn: number, state: string): void;
  callback(name: string, about: About): void;
}

/** `above`: what stands over the page's widgets, in the customer's pixels. */
export function openShared(root: HTMLElement, stage: Stage, tell: Tell, above: () => DOMRect | undefined): Shared {
  const running = new Map<Element, Running>();
  const merging = new Map<string, Merging>();
  let following = false;
  let room = "";

  const step = (name: string, [next, send]: [Merging, Change | undefined]) => {
    merging.set(name, next);
    if (send) tell.change(name, send.basedOn, JSON.stringify(send.state));
  };
  const now = (name: string) => merging.get(name) ?? nothingYet;

  const apply = (one: Running) => {
    const { version, state } = now(one.name);
    if (version === one.version) return;
    one.version = version;
    one.port.postMessage({ type: "apply", state } satisfies ToWidget);
  };

  const start = (placeholder: Element, name: string): Running => {
    const frame = document.createElement("iframe");
    frame.title = `Shared widget: ${name}`;
    frame.dataset.name = name;
    frame.setAttribute("sandbox", "allow-scripts");
    frame.referrerPolicy = "no-referrer";
    const tag = placeholder.getAttribute("data-lockstep-tag") ?? placeholder.localName;
    const src = placeholder.getAttribute("data-lockstep-src") ?? "";
    frame.src = `/widget?${new URLSearchParams({ name, tag, src }).toString()}`;
    const { port1: port, port2 } = new MessageChannel();
    port.onmessage = ({ data }: MessageEvent<FromWidget>) => {
      if (data.type === "change" && isRecord(data.part)) step(name, change(now(name), data.part));
      if (data.type === "callback") tell.callback(name, data.about);
    };
    // A frame without an origin can only be addressed as anybody; the port goes to the first page in it alone.
    frame.addEventListener("load", () => frame.contentWindow?.postMessage({ type: "lockstep-widget" } satisfies Hello, "*", [port2]), { once: true });
    root.append(frame);
    return { name, frame, port, version: 0, place: "" };
  };

  const placeRoom = (): boolean => {
    const { left, top, scale } = stage.fit;
    const { size } = stage.shown();
    const next = `transform: translate(${left}px, ${top}px) scale(${scale}); width: ${size.width}px; height: ${size.height}px`;
    if (next === room) return false;
    root.style.cssText = room = next;
    return true;
  };
  const placeOne = (placeholder: Element, one: Running, over: DOMRect | undefined): boolean => {
    const box = placeholder.getBoundingClientRect();
    const { x, y, width, height } = box;
    const clip = over ? without(box, over) : "none";
    const visibility = placeholder.checkVisibility() ? "visible" : "hidden";
    // It is in the page, and asks for the same taste.
    const scheme = stage.frame.style.colorScheme;
    const next = `color-scheme: ${scheme}; clip-path: ${clip}; transform: translate(${x}px, ${y}px); width: ${width}px; height: ${height}px; visibility: ${visibility}`;
    if (next === one.place) return false;
    one.frame.style.cssText = one.place = next;
    return true;
  };
  /** True if anything has moved. */
  const place = (): boolean => {
    const over = above();
    const moved = [...running].filter(([placeholder, one]) => placeOne(placeholder, one, over));
    return placeRoom() || moved.length > 0;
  };
  /** From the next animation frame on, until all stand still: a page at rest costs nothing. */
  const follow = () => {
    if (following || running.size === 0) return;
    following = true;
    requestAnimationFrame(() => {
      following = false;
      if (place()) follow();
    });
  };
  setInterval(() => {
    if (running.size > 0 && place()) follow();
  }, NOTICED_WITHIN_MS);

  const applyAll = () => {
    for (const one of running.values()) apply(one);
    follow();
  };

  return {
    display(widgets) {
      for (const { name, version, state } of widgets) step(name, said(now(name), version, stateOf(state)));
      applyAll();
    },
    instant(widgets) {
      merging.clear();
      for (const { name, version, state } of widgets) merging.set(name, { ...nothingYet, version, state: stateOf(state) });
      applyAll();
    },
    look() {
      for (const [placeholder, one] of running) {
        if (placeholder.isConnected && placeholder.getAttribute("data-lockstep-shared") === one.name) continue;
        keepingFocus(one.frame, () => one.frame.remove());
        one.port.close();
        running.delete(placeholder);
      }
      for (const placeholder of stage.document()?.querySelectorAll(PLACEHOLDER) ?? []) {
        const name = placeholder.getAttribute("data-lockstep-shared") ?? "";
        if (name === "" || running.has(placeholder) || running.size >= FRAMES_MAX) continue;
        const one = start(placeholder, name);
        running.set(placeholder, one);
        apply(one);
      }
      follow();
    },
    answered(name, basedOn, taken) {
      step(name, answered(now(name), basedOn, taken));
    },
  };
}

function stateOf(json: string | null): Record<string, unknown> {
  const state = json === null ? {} : parsed(json);
  return isRecord(state) ? state : {};
}

/** The shape of `box` without what lies under `over`. */
function without(box: DOMRect, over: DOMRect): string {
  const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const [left, right] = [within(over.left - box.x, box.width), within(over.right - box.x, box.width)];
  const [top, bottom] = [within(over.top - box.y, box.height), within(over.bottom - box.y, box.height)];
  if (left >= right || top >= bottom) return "none";
  return `path(evenodd, "M0 0H${box.width}V${box.height}H0Z M${left} ${top}H${right}V${bottom}H${left}Z")`;
}
