// What a customer reads when something was refused: by the refusal's code, never in the server's own words.
import { say } from "../shared/words/say";
import type { Notice } from "./page";

type Values = Readonly<Record<string, string>>;

/** Every refusal of what the widget sends; any other is told as a failure. */
export const refusals: Readonly<Record<string, (values: Values) => string>> = {
  late: () => say("widget.refused.late"),
  "ask.needs_number": () => say("widget.refused.needs_number"),
  "callback.already_open": () => say("widget.refused.already_planned"),
  "callback.being_called": () => say("widget.refused.being_called"),
  "callback.in_the_past": () => say("widget.form.past"),
  "callback.over": () => say("widget.refused.call_over"),
  "callback.site_full": () => say("widget.refused.site_full"),
  "callback.too_far_ahead": () => say("widget.refused.too_far_ahead"),
  "contact.by_callback": () => say("widget.refused.by_callback"),
  "contact.not_ratable": () => say("widget.refused.not_ratable"),
  "contact.site_full": () => say("widget.refused.site_full"),
  "contact.talking": () => say("widget.refused.talking"),
  "contact.not_talking": () => say("widget.refused.chat_over"),
  "contact.unknown": () => say("widget.refused.request_over"),
  "link.full": () => say("widget.refused.chat_full"),
  "link.no_text": () => say("widget.refused.no_text"),
  "link.not_connected": () => say("widget.refused.chat_over"),
  "link.over": () => say("widget.refused.chat_over"),
};

export function refusalWords({ code, data }: Notice): string {
  const values = Object.fromEntries(data.map(({ name, value }) => [name, value]));
  return refusals[code]?.(values) ?? say("widget.refused.failed");
}
