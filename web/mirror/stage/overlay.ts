// What people point at, mark and draw, over the page: held by element, so that it stays where it was meant.
import type { Act, Spot } from "../../shared/display/protocol";
import { toRoom, type Fit, type Point } from "./fit";
import { colourOf } from "./person";

/** A stroke fades in its last second. */
const INK_MS = 4_000;
const FADING_MS = 1_000;
/** A pointer that has not moved for so long is gone. */
const IDLE_MS = 15_000;
const PEOPLE_MAX = 24;
const STROKES_MAX = 200;
const POINTS_MAX = 2_000;

export interface Author {
  staff: string;
  name: string;
}

interface Pointing {
  spot: Spot;
  at: number;
}
interface Stroke {
  points: Spot[];
  at: number;
}
interface Marks {
  author: Author;
  pointing?: Pointing | undefined;
  highlight?: number | undefined;
  strokes: Map<string, Stroke>;
  cursor: HTMLElement;
  frame: HTMLElement;
  ink: SVGPathElement;
}

export interface Overlay {
  /** `at`: when it was done, on the clock of `clock`. */
  show(author: Author, act: Act, at: number): void;
  /** The customer's own pointer, in the customer's pixels. */
  customer(point: Point, pressed: boolean): void;
  /** Who is no longer here takes along what they left. */
  onlyOf(staff: ReadonlySet<string>): void;
  clear(): void;
  /** Draws as long as there is something to draw. */
  wake(): void;
}

interface Places {
  pointOf(spot: Spot): Point | undefined;
  boxOf(node: number): DOMRect | undefined;
  fit(): Fit;
  clock(): number;
}

export function openOverlay(root: HTMLElement, places: Places): Overlay {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.classList.add("ink");
  root.append(svg);
  const people = new Map<string, Marks>();
  const customer = cursor("Customer", "var(--customer)");
  customer.classList.add("cursor-customer");
  root.append(customer);
  let customerAt: Point | undefined;
  let drawing = false;

  const marksOf = (author: Author): Marks | undefined => {
    const known = people.get(author.staff);
    if (known || people.size >= PEOPLE_MAX) return known;
    const colour = colourOf(author.staff);
    const made: Marks = {
      author,
      strokes: new Map(),
      cursor: cursor(author.name, colour),
      frame: highlight(author.name, colour),
      ink: document.createElementNS(svg.namespaceURI, "path") as SVGPathElement,
    };
    made.ink.setAttribute("stroke", colour);
    made.ink.dataset.staff = author.staff;
    root.append(made.cursor, made.frame);
    svg.append(made.ink);
    people.set(author.staff, made);
    return made;
  };

  /** Answers whether anything is left that can change by itself. */
  const draw = (): boolean => {
    const now = places.clock();
    let alive = false;
    for (const marks of people.values()) {
      const { pointing } = marks;
      const at = pointing && now - pointing.at < IDLE_MS ? places.pointOf(pointing.spot) : undefined;
      put(marks.cursor, at);
      const box = marks.highlight === undefined ? undefined : places.boxOf(marks.highlight);
      frameBox(marks.frame, box);
      for (const [id, stroke] of marks.strokes) if (now - stroke.at > INK_MS) marks.strokes.delete(id);
      marks.ink.setAttribute("d", pathOf(marks.strokes.values(), places));
      const newest = Math.max(...[...marks.strokes.values()].map((stroke) => stroke.at));
      marks.ink.style.opacity = String(Math.min(1, Math.max(0, (newest + INK_MS - now) / FADING_MS)));
      alive ||= at !== undefined || marks.highlight !== undefined || marks.strokes.size > 0;
    }
    put(customer, customerAt && toRoom(places.fit(), customerAt));
    return alive;
  };

  const keep = (staff: ReadonlySet<string>) => {
    for (const [who, marks] of people) {
      if (staff.has(who)) continue;
      marks.cursor.remove();
      marks.frame.remove();
      marks.ink.remove();
      people.delete(who);
    }
  };

  const wake = () => {
    if (drawing) return;
    drawing = true;
    const again = () => {
      if (draw()) requestAnimationFrame(again);
      else drawing = false;
    };
    requestAnimationFrame(again);
  };

  return {
    show(author, act, at) {
      const marks = marksOf(author);
      if (!marks) return;
      if (act.kind === "pointer" || act.kind === "click") marks.pointing = { spot: act, at };
      if (act.kind === "away") marks.pointing = undefined;
      if (act.kind === "highlight") marks.highlight = act.node ?? undefined;
      if (act.kind === "ink" && marks.strokes.size < STROKES_MAX) {
        const before = marks.strokes.get(act.stroke)?.points ?? [];
        marks.strokes.set(act.stroke, { points: [...before, ...act.points].slice(0, POINTS_MAX), at });
      }
      if (act.kind === "click") press(marks.cursor);
      wake();
    },
    customer(point, pressed) {
      customerAt = point;
      if (pressed) press(customer);
      wake();
    },
    onlyOf: keep,
    clear() {
      keep(new Set());
      customerAt = undefined;
      wake();
    },
    wake,
  };
}

function cursor(name: string, colour: string): HTMLElement {
  const made = document.createElement("div");
  made.className = "cursor";
  made.style.setProperty("--person", colour);
  made.hidden = true;
  const arrow = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  arrow.setAttribute("viewBox", "0 0 16 16");
  const path = document.createElementNS(arrow.namespaceURI, "path");
  path.setAttribute("d", "M1 1l5.2 13 1.9-5.4L13.6 6.7z");
  arrow.append(path);
  const label = document.createElement("span");
  label.textContent = name;
  made.append(arrow, label);
  return made;
}

function highlight(name: string, colour: string): HTMLElement {
  const made = document.createElement("div");
  made.className = "highlight";
  made.style.setProperty("--person", colour);
  made.hidden = true;
  const label = document.createElement("span");
  label.textContent = name;
  made.append(label);
  return made;
}

function put(element: HTMLElement, at: Point | undefined): void {
  element.hidden = at === undefined;
  if (at) element.style.transform = `translate(${at.x}px, ${at.y}px)`;
}

function frameBox(element: HTMLElement, box: DOMRect | undefined): void {
  element.hidden = box === undefined;
  if (!box) return;
  element.style.transform = `translate(${box.x}px, ${box.y}px)`;
  element.style.width = `${box.width}px`;
  element.style.height = `${box.height}px`;
}

function press(element: HTMLElement): void {
  element.classList.remove("cursor-pressed");
  void element.offsetWidth;
  element.classList.add("cursor-pressed");
}

function pathOf(strokes: Iterable<Stroke>, places: Places): string {
  let path = "";
  for (const { points } of strokes) {
    let first = true;
    for (const spot of points) {
      const at = places.pointOf(spot);
      if (!at) continue;
      path += `${first ? "M" : "L"}${at.x.toFixed(1)} ${at.y.toFixed(1)}`;
      first = false;
    }
    // A dot is a stroke as well.
    if (points.length === 1 && !first) path += "h0.1";
  }
  return path;
}
