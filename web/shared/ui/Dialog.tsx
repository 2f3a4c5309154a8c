// A modal dialog on the browser's own <dialog>: it keeps the focus and gives it back.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { say } from "../words/say";
import { IconButton } from "./Button";
import "./dialog.css";

interface Props {
  title: ComponentChildren;
  /** Nothing: only what is inside closes it. */
  onClose?: () => void;
  /** Esc was pressed; `onClose` unless given. */
  onEscape?: () => void;
  wide?: boolean;
  /** As much of the window as there is; what is inside fills it. */
  large?: boolean;
  /** From the right edge, over the full height. */
  drawer?: boolean;
  children: ComponentChildren;
}

export function Dialog({ title, onClose, onEscape, wide = false, large = false, drawer = false, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const classes = ["dialog", wide ? "dialog-wide" : "", large ? "dialog-large" : "", drawer ? "dialog-drawer" : ""].filter(Boolean).join(" ");
  return (
    <dialog
      ref={element}
      class={classes}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        (onEscape ?? onClose)?.();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose?.();
      }}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          {onClose && <IconButton icon="x" label={say("staff.close")} small onClick={onClose} />}
        </header>
        <div class="dialog-body">{children}</div>
      </div>
    </dialog>
  );
}
