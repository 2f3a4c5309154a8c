// Keys that do things: registered by whoever is on screen, listed by `?`, silent while somebody types.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

export type Group = "anywhere" | "pages" | "presence" | "contacts" | "contact" | "call" | "customer" | "display" | "dialog";

export interface Shortcut {
  keys: string;
  does: string;
  group: Group;
}

interface Registered extends Shortcut {
  run: () => void;
}

const KEPT_AS = "lockstep.single-keys";

export const shortcuts = signal<readonly Registered[]>([]);
/** Single keys can be switched off by whoever dictates or types by accident. */
export const singleKeys = signal(typeof localStorage === "undefined" || localStorage.getItem(KEPT_AS) !== "off");

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  localStorage.setItem(KEPT_AS, on ? "on" : "off");
}

type Pressed = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey">;

/** The key's name as shortcuts spell it: `a`, `?`, `Enter`, `Escape`, `Mod+Enter`, `Alt+a`. */
export function keyOf(event: Pressed): string {
  // With Alt some keyboards write another character: go by the key's place.
  const place = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1];
  if (event.altKey) return `Alt+${(place ?? event.key).toLowerCase()}`;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `Mod+${key}` : key;
}

/** Which shortcut is meant: Alt with a single key acts also while one types, and when single keys are off. */
export function meant(event: Pressed, typing: boolean, single: boolean): string | undefined {
  const keys = keyOf(event);
  if (keys.startsWith("Alt+")) return keys.slice("Alt+".length);
  if (typing) return undefined;
  return keys.length === 1 && !single && keys !== "?" ? undefined : keys;
}

export function useShortcut(shortcut: Shortcut & { when?: boolean }, run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  const { keys, does, group, when = true } = shortcut;
  useEffect(() => {
    if (!when) return undefined;
    const registered: Registered = { keys, does, group, run: () => latest.current() };
    shortcuts.value = [...shortcuts.value, registered];
    return () => {
      shortcuts.value = shortcuts.value.filter((one) => one !== registered);
    };
  }, [keys, does, group, when]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function isPressing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("button, a, summary, [role=menuitem]") !== null;
}

/** One listener for the page. */
export function listenForShortcuts(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const keys = meant(event, isTyping(event.target), singleKeys.value);
    if (keys === undefined || (keys === "Enter" && isPressing(event.target))) return;
    // The latest registered is on top; a modal dialog lets only its own through.
    const inDialog = document.querySelector("dialog[open]") !== null;
    const found = shortcuts.value.findLast((one) => one.keys === keys && (!inDialog || one.group === "dialog"));
    if (!found) return;
    event.preventDefault();
    found.run();
  });
}
