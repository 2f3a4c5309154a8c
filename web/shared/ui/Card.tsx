// A titled block of a page, with its acts at the right of the title.
import type { ComponentChildren } from "preact";
import "./card.css";

interface Props {
  title: ComponentChildren;
  /** A number or few words beside the title. */
  note?: ComponentChildren;
  acts?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

export function Card({ title, note, acts, class: more = "", children }: Props) {
  return (
    <section class={`card ${more}`.trim()}>
      <header class="card-head">
        <h2>
          {title}
          {note != null && <span class="card-note tabular">{note}</span>}
        </h2>
        {acts != null && <div class="card-acts">{acts}</div>}
      </header>
      <div class="card-body">{children}</div>
    </section>
  );
}
