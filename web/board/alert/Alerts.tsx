// The strip on top: what is about to break; a click narrows the board to it.
import { now } from "../../shared/live/clock";
import { Icon, type IconName } from "../../shared/ui/Icon";
import { say } from "../../shared/words/say";
import type { Filter } from "../contact/filter";
import type { BoardState } from "../live/state";
import { formula } from "../promise/formula";
import "./alert.css";
import { alertsOf, type Alert } from "./alerts";

const SHOWN_MAX = 6;
const icons: Record<Alert["kind"], IconName> = { wait: "hourglass", stranded: "user", level: "alert", agent: "user", callback: "phone" };

export function Alerts({ board, show }: { board: BoardState; show: (filter: Partial<Filter>) => void }) {
  // Waits grow by themselves: look again every second.
  const second = Math.floor(now.value / 1000) * 1000;
  const alerts = alertsOf(board, second, formula.value);
  return (
    <section class="area-alerts alerts" aria-label={say("board.alerts.title")}>
      {alerts.length === 0 ? (
        <p class="alerts-none">
          <Icon name="check" size={14} />
          {say("board.alerts.none")}
        </p>
      ) : (
        <ul>
          {alerts.slice(0, SHOWN_MAX).map((alert) => (
            <li key={alert.id}>
              <button
                type="button"
                class={`alert alert-${alert.tone} tabular`}
                title={alert.text}
                onClick={() =>
                  alert.kind === "callback"
                    ? document.querySelector<HTMLElement>(".area-later button[role=tab]")?.focus()
                    : show({ queue: alert.queue ?? "", agent: alert.agent ?? "" })
                }
              >
                <Icon name={icons[alert.kind]} size={14} label={alert.tone === "bad" ? say("board.alerts.urgent") : say("board.alerts.warning")} />
                <span>{alert.text}</span>
              </button>
            </li>
          ))}
          {alerts.length > SHOWN_MAX && <li class="alerts-more tabular">{say("board.alerts.more", { count: alerts.length - SHOWN_MAX })}</li>}
        </ul>
      )}
    </section>
  );
}
