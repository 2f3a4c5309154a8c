// The sign that somebody is looking on, always there while the page is shared, with everything that ends it.
import type { OwnDisplay } from "../../widget/door/documents";
import { Icon } from "../../widget/parts/icon";
import { agentOf, headline, type Shown } from "./shown";
import type { Does } from "./view";
import { say } from "../../shared/words/say";

function Control({ shown, display, does }: { shown: Shown; display: OwnDisplay; does: Does }) {
  const { control } = display;
  if (control === null || !control.granted) return null;
  return (
    <p class="control">
      <Icon name="warn" />
      <span>{say("display.control.granted", { name: control.name ?? agentOf(shown) })}</span>
      <button type="button" class="quiet small" onClick={() => does.revokeControl()}>
        {say("display.control.stop")}
      </button>
    </p>
  );
}

export function Bar({ shown, display, does }: { shown: Shown; display: OwnDisplay; does: Does }) {
  const paused = display.state === "PAUSED";
  return (
    <section class={`bar${paused || !shown.active ? " paused" : ""}${shown.wide ? " wide" : ""}`} role="region" aria-label={say("display.bar.title")}>
      <div class="line">
        <i class="dot" />
        <p class="what" role="status">
          {headline(shown, display)}
          {display.scopes.includes("RECORD") && !paused && <span class="fine"> · {say("display.bar.recorded")}</span>}
        </p>
        <button type="button" class="icon fold" aria-label={shown.wide ? say("display.bar.less") : say("display.bar.more")} aria-expanded={shown.wide} onClick={() => does.fold()}>
          <Icon name={shown.wide ? "close" : "back"} />
        </button>
      </div>
      <div class="buttons">
        {!shown.active && (
          <button type="button" class="quiet small" onClick={() => does.here()}>
            {say("display.bar.here")}
          </button>
        )}
        <button type="button" class="quiet small" aria-pressed={shown.previewing} onClick={() => does.preview()}>
          {shown.previewing ? say("display.preview.off") : say("display.preview.on")}
        </button>
        <button type="button" class="quiet small" onClick={() => (paused ? does.resume() : does.pause())}>
          {paused ? say("display.bar.resume") : say("display.bar.pause")}
        </button>
        <button type="button" class="main small stop" onClick={() => does.stop()}>
          {say("display.bar.stop")}
        </button>
      </div>
      <Control shown={shown} display={display} does={does} />
    </section>
  );
}
