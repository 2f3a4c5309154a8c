// Defines a custom element whose state is shared: one state on the customer's side and on every member of staff's.
import { isField, isTyped, read, write } from "./fields";
import { render, type View } from "./html";
import { announcement, type About, type Host, type SharedPort } from "./port";
import { sharedState } from "./state";

export interface Acts<State extends object> {
  /** Merges a part into the state. A function gets the newest state, with what this side has just changed. */
  change(part: Partial<State> | ((newest: Readonly<State>) => Partial<State>)): void;
  /** Opens the form that asks for a callback about this; without a host, that of the page's own widget. */
  callMe(about: About | ((newest: Readonly<State>) => About)): void;
}

export interface SharedWidget<State extends object> {
  /** The name of the element, with a hyphen. */
  tag: string;
  /** `import.meta.url`: where everybody who sees the page loads this module from. */
  src: string;
  /** Of the state; the tag if it is left out. Elements of one name show one state. */
  name?: string;
  /** JSON, flat: parts of the state are merged key by key. */
  initial: State;
  /** Goes into a `<style>` in the shadow root. */
  style?: string;
  /** How a state looks. A field with the name of a key of the state is bound to it. */
  view(state: Readonly<State>, acts: Acts<State>): View;
}

/** Of a state, as JSON. */
const state_bytes_max = 16 * 1024;
/** After the last key, a text is shared. */
const typed_ms = 150;
/** So long a field keeps what was typed although the log does not say it. */
const unsaid_ms_max = 4_000;

/** A second definition of the same tag is passed over. */
export function defineShared<State extends object>(widget: SharedWidget<State>): void {
  if (customElements.get(widget.tag) !== undefined) return;
  const name = widget.name ?? widget.tag;
  customElements.define(
    widget.tag,
    class extends HTMLElement {
      readonly #inside = inside(this, name, widget);
      readonly lockstepShared: SharedPort = this.#inside.port;

      connectedCallback() {
        this.dataset.lockstepShared = name;
        this.dataset.lockstepSrc = widget.src;
        this.#inside.show();
        this.dispatchEvent(new CustomEvent(announcement, { bubbles: true, composed: true }));
      }

      disconnectedCallback() {
        this.#inside.share();
      }
    },
  );
}

function inside<State extends object>(element: HTMLElement, name: string, widget: SharedWidget<State>) {
  const root = element.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = `:host{display:block}:host([hidden]){display:none}${widget.style ?? ""}`;
  root.append(style);

  const memory = tabMemory(`lockstep-shared.${name}`);
  const state = sharedState(widget.initial, memory.recall());
  let host: Host | null = null;
  let typed: Partial<State> = {};
  let typing: ReturnType<typeof setTimeout> | undefined;

  const fill = () => {
    const ahead: Record<string, unknown> = { ...state.ahead };
    for (const field of root.querySelectorAll("[name]")) {
      if (isField(field) && Object.hasOwn(ahead, field.name)) write(field, ahead[field.name]);
    }
  };
  const show = () => {
    render(root, widget.view(state.now, acts));
    fill();
  };
  const take = (said: unknown) => {
    if (!state.take(said)) return fill();
    memory.keep(state.now);
    if (element.isConnected) show();
  };
  const send = (part: Partial<State>) => {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...state.ahead, ...part })).length;
    if (bytes > state_bytes_max) {
      state.begin(part)();
      fill();
      throw new Error(`the state of ${name} would be ${bytes} bytes of JSON, at most ${state_bytes_max} are shared: keep less in it, or give its fields a maxlength`);
    }
    if (host === null) return take({ ...state.now, ...part });
    const giveUp = state.begin(part);
    setTimeout(() => {
      giveUp();
      fill();
    }, unsaid_ms_max);
    host.change(part);
  };
  /** Shares what has been typed until now. */
  const share = () => {
    clearTimeout(typing);
    const part = typed;
    typed = {};
    if (Object.keys(part).length > 0) send(part);
  };
  const acts: Acts<State> = {
    change(part) {
      share();
      send(typeof part === "function" ? part(state.ahead) : part);
    },
    callMe(about) {
      share();
      const told = typeof about === "function" ? about(state.ahead) : about;
      if (host !== null) host.callback(told);
      else (window as { lockstep?: { open(topic?: string, about?: About): void } }).lockstep?.open(told.topic, told);
    },
  };

  root.addEventListener("input", ({ target }) => {
    if (!isField(target) || !Object.hasOwn(widget.initial, target.name)) return;
    const value = read(target, (widget.initial as Record<string, unknown>)[target.name]);
    if (value === undefined) return;
    const part = { [target.name]: value } as Partial<State>;
    state.begin(part);
    typed = { ...typed, ...part };
    clearTimeout(typing);
    if (isTyped(target)) typing = setTimeout(share, typed_ms);
    else share();
  });
  root.addEventListener("change", share);
  root.addEventListener("focusout", fill);

  const port: SharedPort = {
    name,
    tag: widget.tag,
    src: widget.src,
    get state() {
      return state.now;
    },
    apply: take,
    get host() {
      return host;
    },
    set host(next) {
      share();
      host = next;
    },
  };
  return { port, show, share };
}

/** In a frame somebody else looks at the page, or storage is forbidden: nothing is kept there. */
function tabMemory(key: string) {
  const framed = window.top !== window;
  return {
    recall(): unknown {
      try {
        return framed ? null : JSON.parse(sessionStorage.getItem(key) ?? "null");
      } catch {
        return null;
      }
    },
    keep(state: unknown) {
      try {
        if (!framed) sessionStorage.setItem(key, JSON.stringify(state));
      } catch {
        // The widget works without.
      }
    },
  };
}
