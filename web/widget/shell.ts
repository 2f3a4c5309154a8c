// The custom element: a shadow root with the company's colour, radius and font, and focus where it belongs.
import { keep } from "./keep";
import type { Acts, Page } from "./page";
import { panelFrom } from "./panels";
import { show } from "./parts/jsx-runtime";
import type { Look, Settings } from "./settings";
import type { Store } from "./store";
import css from "./widget.css?inline";
import { Widget } from "./widget";

function sheet(text: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

/** Only what the browser takes as a value of its kind gets in. */
export function look({ colour, radius, font, theme }: Look): string {
  const rules: string[] = [];
  if (colour !== null && CSS.supports("color", colour)) rules.push(`--accent:${colour}`);
  if (radius !== null && CSS.supports("border-radius", radius)) rules.push(`--radius:${radius}`);
  if (font !== null && CSS.supports("font-family", font)) rules.push(`--font:${font}`);
  if (theme !== "auto") rules.push(`color-scheme:${theme}`);
  return `:host>*{${rules.join(";")}}`;
}

export function mount(host: HTMLElement, settings: Settings, page: Store<Page>, acts: Acts): void {
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet(css), sheet(look(settings))];
  const place = document.createElement("div");
  place.className = "widget";
  root.appendChild(place);

  const panel = panelFrom(settings.edge, () => {
    if (panel.module !== null) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet(panel.module.css)];
    soon();
  });
  let shown: Page | null = null;
  let waiting = false;
  let owed = false;
  const draw = (anew = false) => {
    waiting = false;
    const before = shown;
    const now = page.value;
    shown = now;
    const log = root.querySelector(".transcript");
    const length = log?.childElementCount;
    const had = root.activeElement;
    show(place, Widget({ page: now, acts, title: settings.title, panel }));
    const grown = root.querySelector(".transcript");
    if (grown !== null && (grown !== log || grown.childElementCount !== length || anew)) grown.scrollTop = grown.scrollHeight;
    if (before === null) return;
    if (before.open && !now.open) root.querySelector<HTMLElement>(".launcher")?.focus();
    const stepped = before.asking?.step !== now.asking?.step;
    // What had the focus may be gone, and what gets it may come later.
    owed = now.open && (owed || (!before.open && !now.restored) || stepped || (had !== null && root.activeElement === null));
    const heading = owed ? root.querySelector<HTMLElement>("h2") : null;
    if (heading === null) return;
    heading.focus();
    owed = false;
  };
  const soon = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => draw());
  };
  page.follow((now) => {
    if (now.open || now.me !== null) panel.load();
    soon();
  });
  keep({ host, back: () => draw(true) });
}
