// Form fields that are named like a part of the state: what they say, and how the state is put into them.

export type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export const isField = (node: unknown): node is Field =>
  node instanceof HTMLInputElement || node instanceof HTMLSelectElement || node instanceof HTMLTextAreaElement;

/** Somebody types or drags: the value changes many times before it is meant. */
export const isTyped = (field: Pick<Field, "type">): boolean => !["checkbox", "radio", "select-one"].includes(field.type);

/** What the field says, of the same kind as `example`; undefined: nothing that can be used yet. */
export function read(field: Field, example: unknown): unknown {
  if (field.type === "checkbox") return (field as HTMLInputElement).checked;
  if (typeof example !== "number") return field.value;
  const number = field.value.trim() === "" ? Number.NaN : Number(field.value);
  return Number.isFinite(number) ? number : undefined;
}

/** Leaves the field alone if it says this already, or a number is half typed in it. A caret stays where it is. */
export function write(field: Field, value: unknown): void {
  if (field.type === "checkbox" || field.type === "radio") {
    const box = field as HTMLInputElement;
    const checked = field.type === "radio" ? field.value === String(value) : value === true;
    if (box.checked !== checked) box.checked = checked;
    return;
  }
  const said = read(field, value);
  const focused = (field.getRootNode() as ShadowRoot).activeElement === field;
  if (said === value || field.value === String(value) || (said === undefined && focused)) return;
  const caret = focused && "selectionStart" in field ? field.selectionStart : null;
  field.value = String(value);
  if (caret !== null) (field as HTMLInputElement).setSelectionRange(caret, caret);
}
