// Remote control: what staff do on the customer's page, only with the customer's grant and never in private fields.
import { own_elements } from "../../recorder/mask/box";
import { isField, tagOf } from "../../recorder/mask/policy";
import type { OwnDisplay } from "../../widget/door/documents";
import type { Act, Signal } from "./signal";
import { say } from "../../shared/words/say";

/** The longest text that is put into a field. */
const value_max = 4_000;

export interface ControlWorld {
  display(): OwnDisplay | null;
  nodeOf(id: number): Node | null;
  isPrivate(node: Node): boolean;
}

const editable_types = /^(text|search|email|tel|url|number|date|time|month|week|datetime-local|range|color|)$/;

/** By the setter of the browser, past those that frameworks put on the element itself. */
function write(field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, value: string): void {
  const window = field.ownerDocument.defaultView ?? globalThis;
  const kind = { input: window.HTMLInputElement, textarea: window.HTMLTextAreaElement, select: window.HTMLSelectElement }[tagOf(field) as "input"];
  const setter = Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set;
  if (setter === undefined) field.value = value;
  else setter.call(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function press(element: Element, x: number, y: number): void {
  (element as HTMLElement).focus?.({ preventScroll: true });
  if (element instanceof HTMLElement) return element.click();
  const { left, top, width, height } = element.getBoundingClientRect();
  element.dispatchEvent(
    new MouseEvent("click", { bubbles: true, cancelable: true, composed: true, clientX: left + x * width, clientY: top + y * height }),
  );
}

/** Does what was asked; null, or why it was not done. */
export function obey(signal: Signal & Act, world: ControlWorld): string | null {
  const { name, staff } = signal.by;
  const display = world.display();
  if (display === null || display.state !== "SHARED") return say("display.denied.not_shared", { name });
  if (display.way === "TOGETHER") return say("display.denied.together", { name });
  const granted = display.scopes.includes("CONTROL") && display.control?.granted === true && display.control.staff === staff;
  if (!granted) return say("display.denied.not_allowed", { name });
  if (signal.kind === "back") return history.back(), null;
  if (signal.kind === "reload") return location.reload(), null;
  if (signal.kind === "scroll" && signal.node === null) return scrollTo(signal.x, signal.y), null;

  const node = signal.node === null ? null : world.nodeOf(signal.node);
  const element = node === null ? null : node.nodeType === 1 ? (node as Element) : node.parentElement;
  if (element === null) return say("display.denied.gone", { name });
  if (element.closest(own_elements) !== null) return say("display.denied.yours", { name });
  if (signal.kind === "scroll") return element.scrollTo(signal.x, signal.y), null;
  if (world.isPrivate(element)) return say("display.denied.private", { name });
  if (element.matches(":disabled")) return say("display.denied.disabled", { name });
  if (signal.kind === "click") return press(element, signal.x, signal.y), null;
  if (!isField(element)) return say("display.denied.not_text", { name });

  const tag = tagOf(element);
  if (signal.kind === "input") {
    const takes = tag === "textarea" || (tag === "input" && editable_types.test((element as HTMLInputElement).type));
    if (!takes || (element as HTMLInputElement).readOnly || signal.value.length > value_max) return say("display.denied.not_text", { name });
    return write(element, signal.value), null;
  }
  if (signal.checked !== undefined) {
    const box = element as HTMLInputElement;
    if (tag !== "input" || !/^(checkbox|radio)$/.test(box.type)) return say("display.denied.not_choice", { name });
    if (box.checked !== signal.checked) box.click();
    return null;
  }
  const select = element as HTMLSelectElement;
  const option = tag === "select" ? [...select.options].find(({ value }) => value === signal.value) : undefined;
  if (option === undefined || option.disabled) return say("display.denied.no_option", { name });
  return write(select, option.value), null;
}
