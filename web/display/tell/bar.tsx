// The sign that somebody is looking on, always there while the page is shared, with everything that ends it.
import type { OwnDisplay } from "../../widget/door/documents";
import { Icon } from "../../widget/parts/icon";
import { agentOf, lookers, type Shown } from "./shown";
import type { Does } from "./view";

/** What is going on, in one line. */
export function headline(shown: Shown, display: OwnDisplay): string {
  if (display.state === "PAUSED") return `Paused: ${agentOf(shown)} sees nothing new`;
  if (!shown.active) return "Another tab of yours is shown";
  if (shown.line?.is === "lost") return shown.line.message ?? "Not connected. What you do is shown as soon as it is again.";
  return lookers(display);
}

function Control({ shown, display, does }: { shown: Shown; display: OwnDisplay; does: Does }) {
  const { control } = display;
  if (control === null || !control.granted) return null;
  return (
    <p class="control">
      <Icon name="warn" />
      <span>{control.name ?? agentOf(shown)} may use this page</span>
      <button type="button" class="quiet small" onClick={() => does.revokeControl()}>
        Take back
      </button>
    </p>
  );
}

export function Bar({ shown, display, does }: { shown: Shown; display: OwnDisplay; does: Does }) {
  const paused = display.state === "PAUSED";
  return (
    <section class={`bar${paused || !shown.active ? " paused" : ""}${shown.wide ? " wide" : ""}`} role="region" aria-label="Sharing this page">
      <div class="line">
        <i class="dot" />
        <p class="what" role="status">
          {headline(shown, display)}
          {display.scopes.includes("RECORD") && !paused && <span class="fine"> · recorded</span>}
        </p>
        <button type="button" class="icon fold" aria-label={shown.wide ? "Show less" : "Show more"} aria-expanded={shown.wide} onClick={() => does.fold()}>
          <Icon name={shown.wide ? "close" : "back"} />
        </button>
      </div>
      <div class="buttons">
        {!shown.active && (
          <button type="button" class="quiet small" onClick={() => does.here()}>
            Show this tab
          </button>
        )}
        <button type="button" class="quiet small" aria-pressed={shown.previewing} onClick={() => does.preview()}>
          {shown.previewing ? "Show the page as it is" : "See what is hidden"}
        </button>
        <button type="button" class="quiet small" onClick={() => (paused ? does.resume() : does.pause())}>
          {paused ? "Resume" : "Pause"}
        </button>
        <button type="button" class="main small stop" onClick={() => does.stop()}>
          Stop sharing
        </button>
      </div>
      <Control shown={shown} display={display} does={does} />
    </section>
  );
}
