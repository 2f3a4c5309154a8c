// Buttons: a verb, maybe an icon, and the key that does the same.
import type { ComponentChildren, JSX } from "preact";
import "./button.css";
import { Icon, type IconName } from "./Icon";
import { Kbd } from "./Kbd";

type Kind = "primary" | "secondary" | "quiet" | "good" | "danger";

type Props = Omit<JSX.IntrinsicElements["button"], "icon"> & {
  kind?: Kind;
  icon?: IconName;
  /** The key that does the same. */
  hint?: string;
  busy?: boolean;
  small?: boolean;
  children?: ComponentChildren;
};

export function Button({ kind = "secondary", icon, hint, busy = false, small = false, children, class: more, ...rest }: Props) {
  const classes = ["button", `button-${kind}`, small ? "button-small" : "", typeof more === "string" ? more : ""];
  return (
    <button type="button" {...rest} class={classes.filter(Boolean).join(" ")} aria-busy={busy || undefined}>
      {icon && <Icon name={icon} size={small ? 14 : 16} />}
      {children != null && <span>{children}</span>}
      {hint !== undefined && <Kbd keys={hint} />}
    </button>
  );
}

/** A button that is only an icon: `label` is its name and its tooltip. */
export function IconButton({ icon, label, ...rest }: Props & { icon: IconName; label: string }) {
  return <Button kind="quiet" {...rest} icon={icon} class="button-icon" aria-label={label} title={label} />;
}
