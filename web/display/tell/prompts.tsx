// Small questions while the page is shared: a page to open, a wish to use the page, and what was not done.
import type { OwnDisplay } from "../../widget/door/documents";
import { Icon } from "../../widget/parts/icon";
import { agentOf, spoken, type Shown } from "./shown";
import type { Does } from "./view";
import { say } from "../../shared/words/say";

export function Push({ shown, display, does }: { shown: Shown; display: OwnDisplay; does: Does }) {
  const { push } = display;
  if (push === null || push.url === null || push.state !== "PROPOSED" || push.by !== "AGENT") return null;
  return (
    <section class="card" role="dialog" aria-label={say("display.push.title", { name: push.byName ?? agentOf(shown) })}>
      <p>
        {say("display.push.title", { name: push.byName ?? agentOf(shown) })} <b class="address">{spoken(push.url)}</b>
      </p>
      <div class="buttons">
        <button type="button" class="main small" onClick={() => does.answer(push.id, true)}>
          {say("display.push.open")}
        </button>
        <button type="button" class="quiet small" onClick={() => does.answer(push.id, false)}>
          {say("display.no")}
        </button>
      </div>
    </section>
  );
}

export function ControlWish({ shown, display, does }: { shown: Shown; display: OwnDisplay; does: Does }) {
  const { control } = display;
  if (control === null || control.granted) return null;
  return (
    <section class="card" role="dialog" aria-label={say("display.control.title", { name: control.name ?? agentOf(shown) })}>
      <p>
        <b>{say("display.control.title", { name: control.name ?? agentOf(shown) })}</b> {say("display.control.text")}
      </p>
      <div class="buttons">
        <button type="button" class="main small" onClick={() => does.grantControl(control.staff)}>
          {say("display.control.allow")}
        </button>
        <button type="button" class="quiet small" onClick={() => does.revokeControl()}>
          {say("display.no")}
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
      <button type="button" class="icon" aria-label={say("display.dismiss")} onClick={() => does.dismiss()}>
        <Icon name="close" />
      </button>
    </p>
  );
}
