// A labelled input, select or text area; what is wrong stands under it.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import "./field.css";

interface Props {
  label: string;
  /** Only for screen readers. */
  quiet?: boolean;
  wrong?: string | undefined;
  children: (id: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean }) => ComponentChildren;
}

export function Field({ label, quiet = false, wrong, children }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={quiet ? "visually-hidden" : undefined}>
        {label}
      </label>
      {children({ id, ...(wrong === undefined ? {} : { "aria-describedby": `${id}-wrong`, "aria-invalid": true }) })}
      {wrong !== undefined && (
        <p class="field-wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
