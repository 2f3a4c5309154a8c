// A button that opens a small panel over the page: Esc or a click elsewhere closes it.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "./Button";
import type { IconName } from "./Icon";
import "./popover.css";

interface Props {
  /** Names the button and the panel. */
  label: string;
  icon: IconName;
  /** What stands on the button beside the icon. */
  face?: ComponentChildren;
  children: (close: () => void) => ComponentChildren;
}

export function Popover({ label, icon, face, children }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const close = () => {
    setOpen(false);
    root.current?.querySelector<HTMLElement>(":scope > .button")?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    place(root.current, panel.current);
    panel.current?.focus();
    const away = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    // A click into a frame is no event of this page: it takes the focus away.
    const blurred = () => setOpen(false);
    document.addEventListener("pointerdown", away);
    addEventListener("blur", blurred);
    return () => {
      document.removeEventListener("pointerdown", away);
      removeEventListener("blur", blurred);
    };
  }, [open]);
  return (
    <div
      class="popover"
      ref={root}
      onKeyDown={(event) => {
        if (!open || event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <Button kind="quiet" small icon={icon} aria-haspopup="dialog" aria-expanded={open} aria-label={label} title={label} onClick={() => setOpen(!open)}>
        {face}
      </Button>
      {open && (
        <div class="popover-panel" role="dialog" aria-label={label} tabIndex={-1} ref={panel}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

/** Fixed to the window, so that no scrolling box cuts it off. */
function place(root: HTMLElement | null, panel: HTMLElement | null): void {
  if (!root || !panel) return;
  const button = root.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  panel.style.top = `${Math.max(8, Math.min(button.bottom + 4, innerHeight - height - 8))}px`;
  panel.style.left = `${Math.max(8, Math.min(button.right - width, innerWidth - width - 8))}px`;
}
