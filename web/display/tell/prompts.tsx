// Small questions while the page is shared: a page to open, a wish to use the page, and what was not done.
import type { OwnDisplay } from "../../widget/door/documents";
import { Icon } from "../../widget/parts/icon";
import { agentOf, spoken, type Shown } from "./shown";
import type { Does } from "./view";

export function Push({ shown, display, does }: { shown: Shown; display: OwnDisplay; does: Does }) {
  const { push } = display;
  if (push === null || push.url === null || push.state !== "PROPOSED" || push.by !== "AGENT") return null;
  return (
    <section class="card" role="dialog" aria-label="A page to look at">
      <p>
        <b>{push.byName ?? agentOf(shown)}</b> would like to show you <b class="address">{spoken(push.url)}</b>
      </p>
      <div class="buttons">
        <button type="button" class="main small" onClick={() => does.answer(push.id, true)}>
          Open
        </button>
        <button type="button" class="quiet small" onClick={() => does.answer(push.id, false)}>
          No
        </button>
      </div>
    </section>
  );
}

export function ControlWish({ shown, display, does }: { shown: Shown; display: OwnDisplay; does: Does }) {
  const { control } = display;
  if (control === null || control.granted) return null;
  return (
    <section class="card" role="dialog" aria-label="A wish to use this page">
      <p>
        <b>{control.name ?? agentOf(shown)}</b> would like to use this page for you: click, type, choose and scroll. Private fields stay out of reach.
      </p>
      <div class="buttons">
        <button type="button" class="main small" onClick={() => does.grantControl(control.staff)}>
          Allow
        </button>
        <button type="button" class="quiet small" onClick={() => does.revokeControl()}>
          No
        </button>
      </div>
    </section>
  );
}

export function Notice({ text, does }: { text: string; does: Does }) {
  return (
    <p class="card notice" role="alert">
      <Icon name="warn" />
      <span>{text}</span>
      <button type="button" class="icon" aria-label="Dismiss" onClick={() => does.dismiss()}>
        <Icon name="close" />
      </button>
    </p>
  );
}
