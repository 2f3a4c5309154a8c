// The call-me-back widget as it is shared: what it shows, with numbers and typed texts as dots.
import { jsonOf } from "../../widget/json";
import { maskText } from "../../recorder/mask/text";
import type { OwnCallback, OwnContact } from "../../widget/door/documents";
import { hear } from "../../widget/hear";
import { unread, type Acts, type Page } from "../../widget/page";
import type { Settings } from "../../widget/settings";
import type { Store } from "../../widget/store";
import type { Changes } from "./changes";

export const call_me_back = "call-me-back";
/** Further changes within this time are shared together. */
export const gather_ms = 250;
/** Of everything; a state may have 16 kB of JSON. */
const state_chars_max = 15_000;
const topics_max = 40;
const messages_max = 8;
const message_chars_max = 240;

const clip = (text: string | null) => (text === null || text.length <= message_chars_max ? text : `${text.slice(0, message_chars_max)}…`);

const contactOf = (contact: OwnContact): OwnContact => ({
  ...contact,
  display: null,
  link: contact.link === null ? null : { ...contact.link, messages: contact.link.messages.slice(-messages_max).map((one) => ({ ...one, text: clip(one.text) })) },
});
const dots = (text: string | null) => (text === null ? null : maskText(text));
const callbackOf = (callback: OwnCallback): OwnCallback => ({ ...callback, display: null, number: dots(callback.number), numberShown: dots(callback.numberShown) });

export function sharedState(page: Page, settings: Settings, draft: (name: string) => string): object {
  const { title, colour, radius, font, theme } = settings;
  const { open, asking, notice, topics, availability, me, away } = page;
  const state = {
    title,
    // What the customer's own browser makes of it.
    look: { colour, radius, font, theme: theme !== "auto" ? theme : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light" },
    open,
    asking,
    notice,
    topics: topics?.slice(0, topics_max) ?? null,
    availability,
    away,
    fresh: unread(page),
    me: me === null ? null : { contacts: me.contacts.map(contactOf), callbacks: me.callbacks.map(callbackOf) },
    drafts: { number: maskText(draft("number")), say: maskText(draft("say")) },
  };
  if (jsonOf(state).length <= state_chars_max) return state;
  const bare = (contact: OwnContact) => ({ ...contact, link: contact.link === null ? null : { ...contact.link, messages: [] } });
  return { ...state, topics: null, me: state.me === null ? null : { ...state.me, contacts: state.me.contacts.map(bare) } };
}

interface CallMeBackWorld {
  page: Store<Page>;
  acts: Acts;
  settings: Settings;
  /** Null: it is not shared now. */
  changes(): Changes | null;
}

/** Returns what to call when sharing begins or ends. */
export function shareCallMeBack({ page, acts, settings, changes }: CallMeBackWorld): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let sent = "";
  const share = () => {
    waiting = undefined;
    const queue = changes();
    if (queue === null) {
      sent = "";
      return;
    }
    const state = sharedState(page.value, settings, (name) => acts.draft(name));
    const json = jsonOf(state);
    if (json === sent) return;
    sent = json;
    queue.change(state);
  };
  const soon = () => {
    waiting ??= setTimeout(share, gather_ms);
  };
  page.follow(soon);
  hear(document, "input", ({ target }) => {
    if (target instanceof Element && target.localName === "lockstep-widget") soon();
  });
  return soon;
}
