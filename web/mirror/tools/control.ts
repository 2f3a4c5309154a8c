// Remote control: what is pressed, typed, chosen and scrolled is told to the customer's page; here nothing changes before it has.
import type { Act, Spot } from "../../shared/display/protocol";
import type { Stage } from "../stage/stage";
import { paced } from "./pace";

const SCROLL_EVERY_MS = 50;
const SCROLL_GOES_ON_MS = 500;
const TYPED_EVERY_MS = 80;
const NOTE_MS = 3_000;
const VALUE_MAX = 2_000;
/** What the recorder puts on a field whose value is shown. */
const SHARED_FIELD = "data-lockstep-share";

const textTypes = new Set(["text", "search", "email", "tel", "url", "number", "date", "time", "datetime-local", "month", "week", "color", "range", ""]);

type Wheel = Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode" | "timeStamp">;

export interface Control {
  press(spot: Spot, element: Element): void;
  scroll(element: Element, wheel: Wheel): void;
  close(): void;
  moved(): void;
  /** Whether this is part of what control shows above the page. */
  owns(target: EventTarget | null): boolean;
}

export function openControl(root: HTMLElement, stage: Stage, signal: (act: Act) => void): Control {
  let box: { node: number; element: HTMLElement } | undefined;
  let wanted: { node: number | null; x: number; y: number; at: number } | undefined;
  const scrolled = paced<{ node: number | null; x: number; y: number }>(SCROLL_EVERY_MS, (to) => signal({ kind: "scroll", ...to }));

  const close = () => {
    // Whoever works by keys goes on from there.
    if (box?.element.contains(document.activeElement)) root.focus({ preventScroll: true });
    box?.element.remove();
    box = undefined;
    wanted = undefined;
    scrolled.drop();
  };
  const place = () => {
    const at = box && stage.boxOf(box.node);
    if (!box || !at) {
      close();
      return;
    }
    const { element } = box;
    const below = at.bottom + 4 + element.offsetHeight <= root.clientHeight;
    const x = Math.max(4, Math.min(at.x, root.clientWidth - element.offsetWidth - 4));
    const y = below ? at.bottom + 4 : Math.max(4, at.y - element.offsetHeight - 4);
    element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  };
  const open = (node: number, label: string, inside: HTMLElement) => {
    close();
    const element = document.createElement("div");
    element.className = "control-box";
    const words = document.createElement("label");
    words.append(label, inside);
    element.append(words);
    root.append(element);
    box = { node, element };
    place();
    inside.focus();
    element.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape" || (event.key === "Enter" && !(inside instanceof HTMLTextAreaElement))) close();
    });
  };

  const note = (node: number, words: string) => {
    const element = document.createElement("p");
    element.tabIndex = -1;
    open(node, words, element);
    const mine = box;
    setTimeout(() => box === mine && close(), NOTE_MS);
  };

  const type = (node: number, field: HTMLInputElement | HTMLTextAreaElement) => {
    const long = field.nodeName === "TEXTAREA";
    const input = document.createElement(long ? "textarea" : "input");
    if (input instanceof HTMLInputElement && field.type !== "range") input.type = field.type;
    input.value = field.value;
    input.maxLength = VALUE_MAX;
    input.autocomplete = "off";
    const typed = paced<string>(TYPED_EVERY_MS, (value) => signal({ kind: "input", node, value }));
    input.addEventListener("input", () => typed.put(input.value));
    open(node, "Type for the customer", input);
  };

  const choose = (node: number, field: HTMLSelectElement) => {
    const list = document.createElement("select");
    list.size = Math.min(8, Math.max(2, field.options.length));
    for (const { value, label, selected, disabled } of field.options) {
      const option = new Option(label, value, selected, selected);
      option.disabled = disabled;
      list.append(option);
    }
    const chosen = () => {
      signal({ kind: "choose", node, value: list.value });
      close();
    };
    // Arrows and letters only look through the list.
    list.addEventListener("click", chosen);
    list.addEventListener("keydown", ({ key }) => key === "Enter" && chosen());
    open(node, "Choose for the customer", list);
  };

  return {
    press(spot, element) {
      close();
      const field = element.closest<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>("input, textarea, select");
      const node = field && stage.idOf(field);
      if (!field || node === undefined || node === null) {
        signal({ kind: "click", ...spot });
        return;
      }
      const kind = field.nodeName === "INPUT" ? (field.getAttribute("type") ?? "").toLowerCase() : field.nodeName;
      if (/^(button|submit|reset|image)$/.test(kind)) signal({ kind: "click", ...spot });
      else if (!field.hasAttribute(SHARED_FIELD)) {
        signal({ kind: "click", ...spot });
        note(node, "Private: only the customer fills this in");
      } else if (kind === "checkbox" || kind === "radio") {
        const { value, checked } = field as HTMLInputElement;
        signal({ kind: "choose", node, value, checked: kind === "radio" || !checked });
      } else if (kind === "SELECT") choose(node, field as HTMLSelectElement);
      else if (kind === "TEXTAREA" || textTypes.has(kind)) {
        signal({ kind: "click", ...spot });
        type(node, field as HTMLInputElement | HTMLTextAreaElement);
      } else note(node, "Only the customer can use this");
    },
    scroll(element, wheel) {
      const target = scrollable(element, wheel.deltaY);
      const node = target === null ? null : (stage.idOf(target) ?? null);
      const page = stage.document()?.scrollingElement;
      const scroller = node === null ? page : target;
      if (!scroller) return;
      const unit = wheel.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      // While the wheel turns, the page is still on its way to where it was sent.
      const going = wanted?.node === node && wheel.timeStamp - wanted.at < SCROLL_GOES_ON_MS ? wanted : undefined;
      const from = going ?? { x: scroller.scrollLeft, y: scroller.scrollTop };
      const clamp = (value: number, most: number) => Math.round(Math.min(Math.max(0, most), Math.max(0, value)));
      wanted = {
        node,
        x: clamp(from.x + wheel.deltaX * unit, scroller.scrollWidth - scroller.clientWidth),
        y: clamp(from.y + wheel.deltaY * unit, scroller.scrollHeight - scroller.clientHeight),
        at: wheel.timeStamp,
      };
      scrolled.put({ node, x: wanted.x, y: wanted.y });
    },
    close,
    moved: place,
    owns: (target) => target instanceof Node && box?.element.contains(target) === true,
  };
}

/** The nearest box around an element that scrolls that way; null: the page. */
function scrollable(element: Element, by: number): Element | null {
  const page = element.ownerDocument.scrollingElement;
  for (let at: Element | null = element; at !== null && at !== page; at = at.parentElement) {
    if (at.scrollHeight <= at.clientHeight || at.nodeName === "HTML" || at.nodeName === "BODY") continue;
    const { overflowY } = getComputedStyle(at);
    const more = by < 0 ? at.scrollTop > 0 : at.scrollTop + at.clientHeight < at.scrollHeight - 1;
    if (more && (overflowY === "auto" || overflowY === "scroll")) return at;
  }
  return null;
}
