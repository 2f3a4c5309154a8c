// The one script that a company puts on its pages: opens the door to the edge and shows the widget.
import type { Availability, Me, Topic } from "./door/documents";
import { openDoor, type Door } from "./door/door";
import type { Settled } from "./door/command";
import type { Connection } from "./door/socket";
import { closedContact, pageOf, talking, type Acts, type Page } from "./page";
import { speakTheirs } from "../shared/words/language";
import { define, keep, keepAgain } from "./keep";
import { noticeSecrets } from "./secrets";
import { settingsFrom, type Settings } from "./settings";
import { mount } from "./shell";
import type { Store } from "./store";

/** What the company's own pages may use: `customElements.whenDefined("lockstep-widget")` says when it is there. */
export interface Lockstep {
  /** The customer's own state: called at once with what is known (null: not yet) and after every change. */
  followMe(reader: (me: Me | null) => void): () => void;
  /** Whether what is shown is live, and if not, since when. */
  followConnection(reader: (connection: Connection) => void): () => void;
  topics(): Promise<readonly Topic[]>;
  /** Called now and whenever somebody becomes free or busy. */
  followAvailability(topic: string, reader: (all: readonly Availability[]) => void): () => void;
  fileTicket(topic: string, text: string, service?: string): Promise<Settled<"fileTicket">>;
  /** After somebody has signed in or out without a new page. */
  identify(): Promise<void>;
  /** Opens the panel, at a topic if one is given. */
  open(topic?: string): void;
}

declare global {
  interface Window {
    lockstep?: Lockstep;
  }
}

/** What the display needs of the widget. */
export interface DisplayGiven {
  settings: Settings;
  door: Door;
  page: Store<Page>;
  acts: Acts;
  keep: typeof keep;
  define: typeof define;
}
export interface DisplayModule {
  openDisplay(given: DisplayGiven): Promise<void>;
}

const tag = "lockstep-widget";

function start(script: HTMLScriptElement) {
  const given = document.querySelector<HTMLElement>(tag);
  const settings = settingsFrom(
    script.src,
    (name) => script.getAttribute(name),
    (name) => given?.getAttribute(name),
  );
  noticeSecrets(settings);
  const door = openDoor(settings);
  const { page, acts } = pageOf(door, settings.site, settings.signIn);

  // What the customer shows of the page is a module of its own, loaded when there is something to show.
  let display: Promise<void> | null = null;
  door.me.follow((me) => {
    // Also after one has ended: while they talk, another may begin.
    const chat = me?.contacts.some((one) => one.display && !closedContact(one.state));
    const call = me?.callbacks.some((one) => one.display && talking(one.contactState));
    if (!chat && !call) return;
    display ??= import(/* @vite-ignore */ `${settings.edge}/display.js`).then(
      (module: DisplayModule) => module.openDisplay({ settings, door, page, acts, keep, define }),
      () => void (display = null),
    );
  });

  const spoken = speakTheirs(settings.edge);
  define(tag);
  const insert = () => {
    const host = document.querySelector<HTMLElement>(tag) ?? document.createElement(tag);
    void spoken.then(() => mount(host, settings, page, acts));
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", insert);
  else insert();

  window.lockstep = {
    followMe(reader) {
      door.join();
      return door.me.follow(reader);
    },
    followConnection: (reader) => door.connection.follow(reader),
    topics: () => door.topics(),
    followAvailability: (topic, reader) => door.availability(topic, reader),
    fileTicket: (topic, text, service) => door.commands.send("fileTicket", { input: { topic, text, service } }),
    identify: () => door.identify(),
    open(topic) {
      acts.go(topic === undefined ? null : { step: "how", topic });
      acts.show();
      keepAgain();
    },
  };
}

const script = document.currentScript;
// A second copy on the same page changes nothing, and a page that is shown inside another is that one's matter.
if (top === self && script instanceof HTMLScriptElement && customElements.get(tag) === undefined) start(script);
