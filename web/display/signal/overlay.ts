// Pointers with names, highlights and fading ink over the page, each held by the elements that it is about.
import type { Place, Sign, Signal } from "./signal";

export const ink_ms = 4_000;
/** A pointer that says nothing for so long has gone. */
export const pointer_ms = 20_000;
const people_max = 20;
const strokes_max = 40;
const points_max = 600;

const svg = "http://www.w3.org/2000/svg";
/** One of so many colours for each person, by the order in which they came. */
const colours = 6;

export interface OverlayWorld {
  nodeOf(id: number): Node | null;
  now(): number;
  /** Before the next picture is painted. */
  soon(work: () => void): void;
}

export interface Overlay {
  show(signal: Signal & Sign): void;
  clear(): void;
}

interface Person {
  colour: number;
  pointer: { place: Place; at: number; element: HTMLElement } | null;
  highlight: { node: number; element: HTMLElement } | null;
}
interface Stroke {
  points: Place[];
  at: number;
  path: SVGPathElement;
}

export function overlayIn(layer: HTMLElement, world: OverlayWorld): Overlay {
  const people = new Map<string, Person>();
  const strokes = new Map<string, Stroke>();
  const sheet = document.createElementNS(svg, "svg");
  sheet.setAttribute("class", "ink");
  layer.append(sheet);
  let drawing = false;

  const boxOf = (id: number): DOMRect | null => {
    const node = world.nodeOf(id);
    const element = node?.nodeType === 1 ? (node as Element) : node?.parentElement;
    return element?.isConnected === true ? element.getBoundingClientRect() : null;
  };
  const pointOf = ({ node, x, y }: Place): readonly [number, number] | null => {
    const box = boxOf(node);
    return box === null ? null : [box.left + x * box.width, box.top + y * box.height];
  };

  const drawPerson = (person: Person, now: number) => {
    const { pointer, highlight } = person;
    if (pointer !== null) {
      if (now - pointer.at > pointer_ms) {
        pointer.element.remove();
        person.pointer = null;
      } else {
        const point = pointOf(pointer.place);
        pointer.element.hidden = point === null;
        if (point !== null) pointer.element.style.transform = `translate(${point[0]}px, ${point[1]}px)`;
      }
    }
    if (highlight !== null) {
      const box = boxOf(highlight.node);
      const { element } = highlight;
      element.hidden = box === null;
      if (box === null) return;
      element.style.transform = `translate(${box.left}px, ${box.top}px)`;
      element.style.width = `${box.width}px`;
      element.style.height = `${box.height}px`;
    }
  };
  const draw = () => {
    drawing = false;
    const now = world.now();
    for (const person of people.values()) drawPerson(person, now);
    for (const [id, { points, at, path }] of strokes) {
      if (now - at > ink_ms) {
        path.remove();
        strokes.delete(id);
        continue;
      }
      const places = points.flatMap((point) => {
        const found = pointOf(point);
        return found === null ? [] : [found.join(" ")];
      });
      path.setAttribute("d", places.length === 0 ? "" : `M${places.join("L")}`);
      path.style.opacity = String(Math.min(1, (2 * (ink_ms - (now - at))) / ink_ms));
    }
    if (strokes.size > 0 || [...people.values()].some(({ pointer, highlight }) => pointer !== null || highlight !== null)) again();
  };
  const again = () => {
    if (drawing) return;
    drawing = true;
    world.soon(draw);
  };

  const made = (name: string, colour: number) => {
    const element = document.createElement("div");
    element.className = `${name} of-${colour}`;
    layer.append(element);
    return element;
  };
  const personOf = (staff: string): Person | null => {
    const known = people.get(staff);
    if (known !== undefined) return known;
    if (people.size >= people_max) return null;
    const person: Person = { colour: people.size % colours, pointer: null, highlight: null };
    people.set(staff, person);
    return person;
  };

  return {
    show(signal) {
      const person = personOf(signal.by.staff);
      if (person === null) return;
      if (signal.kind === "pointer") {
        const { node, x, y } = signal;
        const element = person.pointer?.element ?? made("pointer", person.colour);
        if (element.textContent !== signal.by.name) element.textContent = signal.by.name;
        person.pointer = { place: { node, x, y }, at: world.now(), element };
      } else if (signal.kind === "away") {
        person.pointer?.element.remove();
        person.pointer = null;
      } else if (signal.kind === "highlight") {
        if (signal.node === null) {
          person.highlight?.element.remove();
          person.highlight = null;
        } else {
          const element = person.highlight?.element ?? made("highlight", person.colour);
          element.dataset.name = signal.by.name;
          person.highlight = { node: signal.node, element };
        }
      } else {
        const id = `${signal.by.staff} ${signal.stroke}`;
        const stroke = strokes.get(id);
        if (stroke !== undefined) {
          stroke.points = [...stroke.points, ...signal.points].slice(0, points_max);
          stroke.at = world.now();
        } else if (strokes.size < strokes_max) {
          const path = document.createElementNS(svg, "path");
          path.setAttribute("class", `of-${person.colour}`);
          sheet.append(path);
          strokes.set(id, { points: signal.points.slice(0, points_max), at: world.now(), path });
        }
      }
      again();
    },
    clear() {
      for (const { pointer, highlight } of people.values()) {
        pointer?.element.remove();
        highlight?.element.remove();
      }
      people.clear();
      for (const { path } of strokes.values()) path.remove();
      strokes.clear();
    },
  };
}
