// What the widget shows and what its buttons do: one state for one page, kept over reloads where that helps.
import { hear } from "./hear";
import { has, jsonOf, listed, parsed } from "./json";
import { ofThisTab, shared } from "./kept";
import { thisPage, type Door } from "./door/door";
import type { Availability, Denied, Me, PhoneNumber, Topic } from "./door/documents";
import type { Connection } from "./door/socket";
import type { Pending } from "./door/command";
import { store, type Store } from "./store";
import { fieldsOf, instantOf, ownZone, proposal } from "./time";

/** What a shared widget wants the customer to be called about. */
export interface About {
  widget: string;
  title: string;
  text: string;
}

/** Where the customer stands while asking; null: at what is open already, or at the first question. */
export type Asking =
  | { step: "topic" }
  | { step: "how"; topic: string }
  | { step: "callback"; topic: string; later: boolean; date: string; time: string; about?: About }
  | { step: "reschedule"; callback: string; later: boolean; date: string; time: string }
  | { step: "denied"; topic: string; denied: Denied };

/** A refusal's code with what it is about, or `failed` or `late`. */
export interface Notice {
  code: string;
  data: readonly { name: string; value: string }[];
}

export interface Page {
  /** Where a visitor signs in. */
  signIn: string | null;
  open: boolean;
  /** It was open on the page before: the focus stays where it is. */
  restored?: boolean;
  asking: Asking | null;
  /** What went wrong. */
  notice: Notice | null;
  /** How the number that is being typed reads. */
  number: ({ text: string } & PhoneNumber) | null;
  topics: readonly Topic[] | null;
  availability: readonly Availability[] | null;
  me: Me | null;
  connection: Connection;
  pending: readonly Pending[];
  /** What has ended or changed and the customer has put away, by id. */
  away: readonly string[];
  /** How many messages of a link have been read. */
  read: Readonly<Record<string, number>>;
  /** How many messages nobody has read, where it was counted elsewhere: in the mirror, by the customer's side. */
  fresh?: number;
}

export interface Acts {
  show(): void;
  hide(): void;
  go(asking: Asking | null): void;
  ask(topic: string): void;
  requestCallback(topic: string, number: string, at: string | null, about?: About): void;
  reschedule(callback: string, at: string | null): void;
  cancelContact(contact: string): void;
  cancelCallback(callback: string): void;
  say(link: string, text: string): void;
  endLink(link: string): void;
  rate(contact: string, stars: number): void;
  putAway(id: string): void;
  /** Has the number that is being typed read as the server would. */
  readNumber(text: string): void;
  /** What is half typed, kept for this tab. */
  draft(name: string): string;
  keepDraft(name: string, text: string): void;
}

const failed: Notice = { code: "failed", data: [] };
/** A number is read when nothing was typed for so long. */
const typing_ms = 250;
/** Ids of ended contacts that are remembered as put away. */
const away_max = 20;
const narrow = "(max-width: 480px)";

/** What was kept, as far as it is what it should be. */
const idsFrom = (kept: unknown): string[] => listed(kept, (one) => typeof one === "string");
const countsFrom = (kept: unknown) =>
  Object.fromEntries(Object.entries(kept ?? {}).filter(([, count]) => typeof count === "number")) as Record<string, number>;
function askingFrom(kept: unknown): Asking | null {
  const asking = (kept ?? {}) as Asking;
  const timed = has(asking, { date: "string", time: "string" });
  switch (asking.step) {
    case "topic":
      return asking;
    case "how":
    case "denied":
      // Why something was not possible may have changed.
      return has(asking, { topic: "string" }) ? { step: "how", topic: asking.topic } : null;
    case "callback":
      return timed && has(asking, { topic: "string" }) && (asking.about === undefined || has(asking.about, { widget: "string", title: "string", text: "string" })) ? asking : null;
    case "reschedule":
      return timed && has(asking, { callback: "string" }) ? asking : null;
    default:
      return null;
  }
}

export const talking = (state: string | null): boolean => state === "TALKING" || state === "HELD";
export const closedContact = (state: string): boolean => state === "WRAPPING" || state === "COMPLETED" || state === "LEFT";

/** What the customer still has to do with us, newest last. */
export function openMatters({ me, away }: Pick<Page, "me" | "away">) {
  const callbacks = (me?.callbacks ?? []).filter((one) => {
    if (away.includes(one.id)) return false;
    // A call is kept when the customer was reached; then they talk.
    return one.state !== "COMPLETED" || talking(one.contactState) || one.canRate || one.untilSeen;
  });
  const contacts = (me?.contacts ?? []).filter((one) => {
    if (away.includes(one.id)) return false;
    if (closedContact(one.state)) return one.canRate || one.untilSeen;
    return one.channel !== "PHONE" || callbacks.length === 0;
  });
  return { callbacks, contacts };
}

export function unread({ me, read, fresh: counted }: Pick<Page, "me" | "read" | "fresh">): number {
  if (counted !== undefined) return counted;
  const links = (me?.contacts ?? []).flatMap((contact) => contact.link ?? []);
  const fresh = links.flatMap((link) => link.messages.slice(read[link.id] ?? 0));
  return fresh.filter((message) => message.from === "AGENT").length;
}

export function pageOf(door: Door, site: string, signIn: string | null): { page: Store<Page>; acts: Acts } {
  const key = (name: string) => `lockstep.${site}.${name}`;
  const keptOf = (name: string) => parsed(shared.getItem(key(name)));
  const page = store<Page>({
    signIn,
    open: false,
    asking: null,
    notice: null,
    number: null,
    topics: null,
    availability: null,
    me: null,
    connection: { is: "idle" },
    pending: [],
    away: [],
    read: {},
  });
  const change = (some: Partial<Page>) => page.set({ ...page.value, ...some });

  /** What is on the screen has been read. */
  const markRead = () => {
    const { me, open, read } = page.value;
    if (!open || me === null || document.hidden) return;
    const links = me.contacts.flatMap((contact) => contact.link ?? []);
    if (links.every((link) => read[link.id] === link.messages.length)) return;
    const now = Object.fromEntries(links.map((link) => [link.id, link.messages.length]));
    shared.setItem(key("read"), jsonOf(now));
    change({ read: now });
  };
  hear(document, "visibilitychange", markRead);

  let leaveAvailability: (() => void) | null = null;
  let availabilityOf: string | null = null;
  /** Availability is followed only while the customer chooses. */
  const followAvailability = () => {
    const { open, asking } = page.value;
    const topic = open && asking !== null && "topic" in asking ? asking.topic : null;
    if (topic === availabilityOf) return;
    availabilityOf = topic;
    leaveAvailability?.();
    leaveAvailability = null;
    if (page.value.availability !== null) change({ availability: null });
    if (topic !== null) leaveAvailability = door.availability(topic, (availability) => change({ availability }));
  };

  const loadTopics = () => {
    if (page.value.topics !== null) return;
    door.topics().then(
      (topics) => change({ topics }),
      () => change({ notice: failed }),
    );
  };

  const go = (asking: Asking | null) => {
    ofThisTab.setItem(key("asking"), jsonOf(asking));
    change({ asking, notice: null });
    followAvailability();
  };

  const join = () => {
    door.join();
    loadTopics();
    followAvailability();
  };

  door.me.follow((me) => {
    const { me: before, asking } = page.value;
    change({ me });
    // Somebody else asks now: what was refused to the one before says nothing.
    if (asking?.step === "denied" && before !== null && before.signedIn !== me?.signedIn) go({ step: "how", topic: asking.topic });
    markRead();
  });
  door.connection.follow((connection) => change({ connection }));
  door.commands.pending.follow((pending) => change({ pending }));
  door.answers.follow((last) => {
    if (last === null) return;
    const { command, answer } = last;
    if (command.document !== undefined) return;
    if (answer.__typename === "Denied") {
      go({ step: "denied", topic: answer.topic, denied: answer });
    } else if (answer.__typename === "Refused") {
      change({ notice: answer });
    } else if (answer.__typename === "Failed") {
      change({ notice: { code: answer.code, data: [] } });
    } else if (command.name === "ask" || command.name === "requestCallback" || command.name === "rescheduleCallback") {
      go(null);
    }
  });
  const remember = () => change({ away: idsFrom(keptOf("away")), read: countsFrom(keptOf("read")) });
  hear(window, "storage", remember);
  let visit: string | null = null;
  door.visits.current.follow((now) => {
    if (now === null || now.visit === visit) return;
    const first = visit === null;
    visit = now.visit;
    remember();
    const { open, asking } = page.value;
    // What was already pressed on this page stands; what another visit asked for does not.
    if (first) {
      const wasOpen = shared.getItem(key("panel")) === "open" && !matchMedia(narrow).matches;
      change({ open: open || wasOpen, restored: !open, asking: asking ?? askingFrom(parsed(ofThisTab.getItem(key("asking")))) });
    } else change({ asking: null, notice: null });
    if (page.value.open) join();
    else if (door.somethingOpen) door.join();
  });
  // Who is there decides what of the kept is shown.
  door.identify().catch(() => undefined);

  let reading: ReturnType<typeof setTimeout> | undefined;
  const { commands } = door;
  const acts: Acts = {
    show() {
      shared.setItem(key("panel"), "open");
      change({ open: true });
      join();
      markRead();
    },
    hide() {
      shared.setItem(key("panel"), "closed");
      change({ open: false, restored: false });
      followAvailability();
    },
    go,
    ask: (topic) => void commands.send("ask", { input: { topic, channel: "CHAT", page: thisPage() } }),
    requestCallback: (topic, number, at, about) =>
      void commands.send("requestCallback", { input: { topic, number, at, zone: ownZone(), page: thisPage(), about: about && jsonOf(about) } }),
    reschedule: (callback, at) => void commands.send("rescheduleCallback", { callback, at, zone: ownZone() }),
    cancelContact: (contact) => void commands.send("cancelContact", { contact }),
    cancelCallback: (callback) => void commands.send("cancelCallback", { callback }),
    say: (link, text) => void commands.send("say", { link, text }),
    endLink: (link) => void commands.send("endLink", { link }),
    rate: (contact, stars) => void commands.send("rate", { contact, stars }),
    readNumber(text) {
      clearTimeout(reading);
      if (text.trim() === "") return change({ number: null });
      reading = setTimeout(() => {
        // Without an answer the number is checked when it is sent.
        door.phoneNumber(text).then((number) => change({ number: { text, ...number } }), () => change({ number: null }));
      }, typing_ms);
    },
    putAway(id) {
      const away = [...page.value.away, id].slice(-away_max);
      shared.setItem(key("away"), jsonOf(away));
      change({ away });
    },
    draft: (name) => ofThisTab.getItem(key(`draft.${name}`)) ?? "",
    keepDraft: (name, text) => ofThisTab.setItem(key(`draft.${name}`), text),
  };
  return { page, acts };
}

/** The step at which a call is arranged, proposing when the hours begin or an hour from now. */
export function callbackStep(topic: string, opensAt: string | null = null): Asking {
  return { step: "callback", topic, later: opensAt !== null, ...(opensAt === null ? proposal() : fieldsOf(opensAt)) };
}

/** The instant that a form asks for: null is as soon as possible, undefined is not filled in. */
export function wishedInstant(form: FormData): string | null | undefined {
  if (form.get("when") !== "later") return null;
  const at = instantOf(String(form.get("date") ?? ""), String(form.get("time") ?? ""));
  return at !== null && Date.parse(at) > Date.now() ? at : undefined;
}
