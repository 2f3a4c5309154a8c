// The call-me-back widget as the customer has it: the widget's own parts, drawn from its shared state, and inert.
import type { Display } from "../../shared/display/documents";
import type { Acts, Page } from "../../widget/page";
import { show } from "../../widget/parts/jsx-runtime";
import type { Look } from "../../widget/settings";
import { look } from "../../widget/shell";
import * as panel from "../../widget/panel";
import css from "../../widget/widget.css?inline";
import { Widget } from "../../widget/widget";
import { isRecord, parsed } from "../frames/events";
import type { Stage } from "../stage/stage";

export const CALL_ME_BACK = "call-me-back";

/** What the customer's side shares of it. */
export interface CallMeBackState extends Partial<Page> {
  title?: string;
  look?: Partial<Look>;
  /** What is half typed, masked. */
  drafts?: Record<string, string>;
}

const blank: Page = {
  open: false,
  asking: null,
  notice: null, signIn: null, number: null,
  topics: null,
  availability: null,
  me: null,
  connection: { is: "idle" },
  pending: [],
  away: [],
  read: {},
};

export interface CallMeBack {
  display(widgets: Display["widgets"]): void;
  /** The page was built anew: it stands on that one now. */
  rebuilt(): void;
  /** What it covers of the page, in the customer's pixels. */
  box(): DOMRect | undefined;
}

export function openCallMeBack(stage: Stage): CallMeBack {
  let state: CallMeBackState | undefined;
  let host: HTMLElement | undefined;

  const draw = () => {
    const page = stage.document();
    if (!state || !page?.documentElement) {
      host?.remove();
      host = undefined;
      return;
    }
    if (!host?.isConnected || host.ownerDocument !== page) host = mount(page);
    const root = host.shadowRoot;
    const [, own, place] = root?.children ?? [];
    if (!own || !place) return;
    own.textContent = look({ colour: null, radius: null, font: null, theme: "auto", ...state.look });
    // Only a new field takes its value, and here nobody types.
    place.replaceChildren();
    try {
      show(place, Widget({ page: { ...blank, ...state }, acts: idle(state.drafts ?? {}), title: state.title ?? "Help", panel: there }));
      for (const log of place.querySelectorAll(".transcript")) log.scrollTop = log.scrollHeight;
    } catch {
      // Another version of the widget shared something else: then it is not shown.
      place.replaceChildren();
    }
  };

  return {
    display(widgets) {
      const json = widgets.find(({ name }) => name === CALL_ME_BACK)?.state;
      const said = json == null ? undefined : parsed(json);
      state = isRecord(said) ? (said as CallMeBackState) : undefined;
      draw();
    },
    rebuilt: draw,
    box: () => host?.shadowRoot?.querySelector(".panel, .launcher")?.getBoundingClientRect(),
  };
}

/** In the page's own document, so that its corner and its width are the customer's. */
function mount(page: Document): HTMLElement {
  const host = page.createElement("lockstep-widget");
  host.inert = true;
  const root = host.attachShadow({ mode: "open" });
  for (const text of [css + panel.css, ""]) {
    const style = page.createElement("style");
    style.textContent = text;
    root.append(style);
  }
  const place = page.createElement("div");
  place.className = "widget";
  root.append(place);
  page.documentElement.append(host);
  return host;
}

/** Here it is part of the bundle. */
const there = { module: panel, loading: false, tries: 0, load: () => undefined };

/** Here nothing is pressed. */
function idle(drafts: Record<string, string>): Acts {
  const nothing = () => undefined;
  return {
    show: nothing,
    hide: nothing,
    go: nothing,
    ask: nothing,
    requestCallback: nothing,
    reschedule: nothing,
    cancelContact: nothing,
    cancelCallback: nothing,
    say: nothing,
    endLink: nothing,
    rate: nothing,
    putAway: nothing,
    readNumber: nothing,
    keepDraft: nothing,
    draft: (name) => drafts[name] ?? "",
  };
}
