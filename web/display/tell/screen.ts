// The element that holds everything of ours on the page: a shadow root with the company's look, drawn when something has changed.
import type { Policy } from "../../recorder/mask/policy";
import { hearAgain } from "../../widget/hear";
import { show } from "../../widget/parts/jsx-runtime";
import { look } from "../../widget/shell";
import type { DisplayGiven } from "../../widget/main";
import type { Store } from "../../widget/store";
import css from "../display.css?inline";
import { showHidden } from "./preview";
import type { Shown } from "./shown";
import { View, type Does } from "./view";

export interface Screen {
  /** Where pointers and ink are drawn. */
  readonly layer: HTMLElement;
  /** Puts the focus on the offer. */
  focusOffer(): void;
}

function sheet(text: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

/** What had the focus is gone: it goes to what stands there now, else to the talk. */
function goOn(root: ShadowRoot): void {
  const here = [...root.querySelectorAll<HTMLElement>(".stack button")].find((button) => button.getClientRects().length > 0);
  (here ?? document.querySelector("lockstep-widget")?.shadowRoot?.querySelector<HTMLElement>(".launcher, h2"))?.focus();
}

const tag = "lockstep-display";

/** `gone`: the page does not leave anything of ours on it. */
export function screenFor(
  { settings, keep, define }: Pick<DisplayGiven, "settings" | "keep" | "define">,
  shown: Store<Shown | null>,
  does: Does,
  policy: () => Policy,
  gone: () => void,
): Screen {
  define(tag);
  const host = document.createElement(tag);
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet(css), sheet(look(settings))];
  const layer = document.createElement("div");
  layer.className = "layer";
  layer.setAttribute("aria-hidden", "true");
  const place = document.createElement("div");
  root.appendChild(layer);
  root.appendChild(place);

  let hide: (() => void) | null = null;
  let waiting = false;
  const draw = () => {
    waiting = false;
    const now = shown.value;
    const had = root.activeElement;
    show(place, now === null ? null : View({ shown: now, does }));
    const together = now?.together != null && now.active;
    layer.hidden = together;
    // What is looked at together stands behind the widget, everything else before it.
    if (host.classList.contains("behind") !== together) {
      host.classList.toggle("behind");
      keep(ours, together);
    }
    const previewing = now?.previewing === true;
    if (previewing && hide === null) hide = showHidden(layer, policy());
    if (!previewing && hide !== null) {
      hide();
      hide = null;
    }
    if (had !== null && root.activeElement === null) goOn(root);
  };
  const back = () => {
    hearAgain();
    draw();
  };
  const ours = { host, back, gone };
  keep(ours);
  shown.follow(() => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(draw);
  });
  return {
    layer,
    focusOffer: () => queueMicrotask(() => queueMicrotask(() => root.querySelector<HTMLElement>(".consent h2")?.focus())),
  };
}
