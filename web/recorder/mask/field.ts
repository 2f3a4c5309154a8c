// Fields: a value, a checked state or a choice is shown only of a field that says so itself.
import { isLabelled, tagOf, type Memo, type Policy } from "./policy";
import { maskText, maskValue } from "./text";

/** A password's length is a secret, too. */
const secret_value = "••••••••";
const is_switch = /^(checkbox|radio)$/i;

export const isSwitch = (field: Element): boolean => tagOf(field) === "input" && is_switch.test(field.getAttribute("type") ?? "");

/** What is typed into the field, as it may be shown. */
export function plainValue(value: string, field: Element, policy: Policy, memo?: Memo): string {
  if (isLabelled(field)) return policy.shows(field, memo) ? value : maskText(value);
  if (policy.showsField(field, memo)) return value;
  if (value === "") return "";
  return !policy.isSecret(field) && /^text(area)?$|^$/i.test(field.getAttribute("type") ?? "") ? maskValue(value) : secret_value;
}

/** The field that an option belongs to; null: only to a list of proposals. */
export const selectOf = (option: Element): Element | null => option.closest("select");

/** Whether the text of an option may be read. */
export function showsOption(option: Element, policy: Policy, memo?: Memo): boolean {
  const select = selectOf(option);
  return policy.shows(option, memo) && (select === null || policy.showsField(select, memo));
}
