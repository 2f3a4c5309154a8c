// The staff's hand on the page: pointing, marking, drawing and remote control become signals, and nothing else happens.
import type { Act, Spot, Tool } from "../../shared/display/protocol";
import type { Point } from "../stage/fit";
import type { Stage } from "../stage/stage";
import { openControl } from "./control";
import { paced } from "./pace";
import { stepFrom } from "./steps";

/** At most 15 in a second. */
const POINTER_EVERY_MS = 67;
const INK_EVERY_MS = 50;
const INK_POINTS_MAX = 400;
/** How much of the page a key scrolls. */
const SCROLL_PART = 0.8;

export interface Tools {
  choose(tool: Tool): void;
  /** Whether the customer has granted control to whoever sits here. */
  mayControl(granted: boolean): void;
  /** The page changed or moved under the tools. */
  moved(): void;
}

/** `signal` tells everybody, `own` shows here what this hand does. */
export function openTools(root: HTMLElement, stage: Stage, signal: (act: Act) => void, own: (act: Act) => void): Tools {
  let tool: Tool = "look";
  let granted = false;
  let highlighted: number | null = null;
  /** Where the keys stand. */
  let reached: number | null = null;
  let stroke: { id: string; points: Spot[] } | undefined;
  const outline = document.createElement("div");
  outline.className = "outline";
  outline.hidden = true;
  root.append(outline);

  const pointer = paced<Spot>(POINTER_EVERY_MS, (spot) => signal({ kind: "pointer", ...spot }));
  const ink = paced<undefined>(INK_EVERY_MS, () => {
    if (!stroke || stroke.points.length === 0) return;
    const points = stroke.points.splice(0, INK_POINTS_MAX);
    signal({ kind: "ink", stroke: stroke.id, points });
  });
  const control = openControl(root, stage, signal);

  const both = (act: Act) => {
    own(act);
    signal(act);
  };
  const highlight = (node: number | null) => {
    highlighted = node;
    both({ kind: "highlight", node });
  };
  const draw = (spot: Spot) => {
    if (!stroke) return;
    stroke.points.push(spot);
    own({ kind: "ink", stroke: stroke.id, points: [spot] });
    ink.put(undefined);
  };
  const finish = () => {
    ink.drop();
    if (stroke && stroke.points.length > 0) signal({ kind: "ink", stroke: stroke.id, points: stroke.points });
    stroke = undefined;
  };
  const at = (event: MouseEvent): Point => {
    const { left, top } = root.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const preview = (node: number | undefined) => {
    const box = node === undefined ? undefined : stage.boxOf(node);
    outline.hidden = box === undefined;
    if (!box) return;
    outline.style.transform = `translate(${box.x}px, ${box.y}px)`;
    outline.style.width = `${box.width}px`;
    outline.style.height = `${box.height}px`;
  };
  const leave = () => {
    pointer.drop();
    preview(undefined);
    if (tool !== "look") signal({ kind: "away" });
  };

  const press = (spot: Spot, element: Element) => {
    if (tool === "point") both({ kind: "pointer", ...spot });
    else if (tool === "highlight") highlight(highlighted === spot.node ? null : spot.node);
    else if (tool === "control" && granted) control.press(spot, element);
  };
  /** Arrows go from one control of the page to the next, Enter does there what a press does. */
  const byKey = (event: KeyboardEvent): boolean => {
    const { key } = event;
    if (/^Arrow/.test(key)) {
      reached = stepFrom(stage, root, reached, key === "ArrowDown" || key === "ArrowRight" ? 1 : -1);
      if (reached === null) return true;
      preview(reached);
      pointer.put({ node: reached, x: 0.5, y: 0.5 });
      return true;
    }
    const element = reached === null ? null : stage.element(reached);
    if (/^Page(Up|Down)$/.test(key)) {
      const deltaY = (key === "PageDown" ? SCROLL_PART : -SCROLL_PART) * innerHeight;
      const body = stage.document()?.body;
      if (body && tool === "control" && granted) control.scroll(body, { deltaX: 0, deltaY, deltaMode: WheelEvent.DOM_DELTA_PIXEL, timeStamp: event.timeStamp });
      return true;
    }
    if (reached === null || element === null || (key !== "Enter" && key !== " ")) return false;
    press({ node: reached, x: 0.5, y: 0.5 }, element);
    return true;
  };
  root.addEventListener("keydown", (event) => {
    if (tool === "look" || control.owns(event.target) || event.ctrlKey || event.metaKey || event.altKey || !byKey(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });

  root.addEventListener("pointermove", (event) => {
    if (tool === "look") return;
    const found = stage.spotAt(at(event));
    if (!found) return;
    pointer.put(found.spot);
    if (tool === "highlight") preview(found.spot.node);
    if (stroke) draw(found.spot);
  });
  root.addEventListener("pointerdown", (event) => {
    if (tool === "look" || event.button !== 0) return;
    if (control.owns(event.target)) return;
    // The focus stays where somebody types.
    event.preventDefault();
    const found = stage.spotAt(at(event));
    if (!found) return;
    const { spot, element } = found;
    if (tool === "ink") {
      root.setPointerCapture(event.pointerId);
      stroke = { id: crypto.getRandomValues(new Uint32Array(2)).join("-"), points: [] };
      draw(spot);
    } else press(spot, element);
  });
  root.addEventListener("pointerup", finish);
  root.addEventListener("pointercancel", finish);
  root.addEventListener("pointerleave", leave);
  root.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (tool !== "control" || !granted) return;
      const found = stage.spotAt(at(event));
      if (found) control.scroll(found.element, event);
    },
    { passive: false },
  );
  root.addEventListener("contextmenu", (event) => event.preventDefault());

  return {
    choose(chosen) {
      if (chosen === tool) return;
      finish();
      leave();
      if (highlighted !== null && chosen === "look") highlight(null);
      tool = chosen;
      root.dataset.tool = chosen;
      root.tabIndex = chosen === "look" ? -1 : 0;
      reached = null;
      control.close();
    },
    mayControl(now) {
      if (granted && !now) control.close();
      granted = now;
      root.dataset.granted = String(now);
    },
    moved() {
      control.moved();
    },
  };
}
