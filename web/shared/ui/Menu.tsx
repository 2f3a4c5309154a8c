// A button that opens a list of acts: arrow keys, Enter, Esc.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";
import "./menu.css";

export interface MenuItem {
  label: string;
  icon?: IconName;
  note?: string;
  checked?: boolean;
  danger?: boolean;
  /** A line above it. */
  apart?: boolean;
  run: () => void;
}

interface Props {
  label: string;
  /** What stands on the button; `label` alone names an icon button. */
  children?: ComponentChildren;
  icon?: IconName;
  items: MenuItem[];
  small?: boolean;
  quiet?: boolean;
  /** Opens from outside, e.g. by a shortcut: count up. */
  summon?: number;
}

export function Menu({ label, children, icon, items, small = false, quiet = false, summon = 0 }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const close = (refocus = true) => {
    setOpen(false);
    if (refocus) root.current?.querySelector<HTMLElement>(":scope > .button")?.focus();
  };
  useEffect(() => {
    if (summon > 0) setOpen(true);
  }, [summon]);
  useEffect(() => {
    if (!open) return undefined;
    place(root.current, list.current);
    const checked = list.current?.querySelector<HTMLElement>("[aria-checked=true]");
    (checked ?? list.current?.querySelector<HTMLElement>("button"))?.focus();
    const away = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const go = (to: number) => {
      event.preventDefault();
      buttons.at(to % buttons.length)?.focus();
    };
    if (event.key === "ArrowDown") go(at + 1);
    else if (event.key === "ArrowUp") go(at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(-1);
    else if (event.key === "Tab") close(false);
    else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key.length === 1) {
      const found = buttons.findIndex((button, index) => index > at && button.textContent?.toLowerCase().startsWith(event.key.toLowerCase()));
      if (found >= 0) go(found);
    }
    if (event.key !== "Tab") event.stopPropagation();
  };

  return (
    <div class="menu" ref={root} onKeyDown={open ? onKeyDown : undefined}>
      <Button
        kind={quiet ? "quiet" : "secondary"}
        small={small}
        class={children === undefined ? "button-icon" : ""}
        {...(icon === undefined ? {} : { icon })}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={children === undefined ? label : undefined}
        title={children === undefined ? label : undefined}
        onClick={(event) => {
          event.stopPropagation();
          setOpen(!open);
        }}
      >
        {children !== undefined && (
          <span class="menu-face">
            <span class="visually-hidden">{label}: </span>
            {children}
            <Icon name="chevron" size={14} />
          </span>
        )}
      </Button>
      {open && (
        <div class="menu-list" role="menu" aria-label={label} ref={list}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role={item.checked === undefined ? "menuitem" : "menuitemradio"}
              aria-checked={item.checked}
              tabIndex={-1}
              class={["menu-item", item.danger ? "menu-danger" : "", item.apart ? "menu-apart" : ""].filter(Boolean).join(" ")}
              onClick={(event) => {
                event.stopPropagation();
                close();
                item.run();
              }}
            >
              <span class="menu-mark">{item.checked ? <Icon name="check" size={14} /> : item.icon && <Icon name={item.icon} size={14} />}</span>
              <span>{item.label}</span>
              {item.note !== undefined && <span class="menu-note tabular">{item.note}</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Fixed to the window, so that no scrolling box cuts it off. */
function place(root: HTMLElement | null, list: HTMLElement | null): void {
  if (!root || !list) return;
  const button = root.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = button.bottom + 4 + height <= innerHeight;
  list.style.top = `${below ? button.bottom + 4 : Math.max(8, button.top - 4 - height)}px`;
  list.style.left = `${Math.max(8, Math.min(button.left, innerWidth - width - 8))}px`;
}
