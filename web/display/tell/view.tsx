// Everything of the display on the customer's screen, drawn from one value.
import { Icon } from "../../widget/parts/icon";
import { Bar } from "./bar";
import { Consent } from "./consent";
import { ControlWish, Notice, Push } from "./prompts";
import { agentOf, headline, spoken, type Shown } from "./shown";
import { say } from "../../shared/words/say";

export type Scope = "VIEW" | "RECORD" | "CONTROL" | "FOLLOW";

/** What the buttons do. */
export interface Does {
  consent(scopes: Scope[]): void;
  notNow(): void;
  ask(): void;
  preview(): void;
  pause(): void;
  resume(): void;
  stop(): void;
  /** Shows this tab instead of the other. */
  here(): void;
  fold(): void;
  answer(push: string, follow: boolean): void;
  grantControl(staff: string): void;
  revokeControl(): void;
  backToPage(): void;
  dismiss(): void;
}

/** No `allow-top-navigation`: what is looked at together does not take the customer away. */
function Together({ shown, url, does }: { shown: Shown; url: string; does: Does }) {
  return (
    <section class="together" role="region" aria-label={say("display.together.title")}>
      <div class="head">
        <p>
          {say("display.together.with", { name: agentOf(shown) })} <b class="address">{spoken(url)}</b>
        </p>
        <button type="button" class="quiet small" onClick={() => does.backToPage()}>
          <Icon name="back" />
          {say("display.together.back")}
        </button>
      </div>
      <iframe key={url} src={url} title={say("display.together.frame", { page: spoken(url) })} sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-modals" referrerpolicy="no-referrer" />
    </section>
  );
}

export function View({ shown, does }: { shown: Shown; does: Does }) {
  const { display, notice, together } = shown;
  const sharing = display !== null && display.state !== "OFFERED" && !shown.stopping;
  const live = sharing && display.state === "SHARED" && shown.active;
  return (
    <>
      {live && together !== null && <Together shown={shown} url={together} does={does} />}
      {live && <div key="edge" class="edge" />}
      <div key="stack" class={`stack${live && together !== null ? " raised" : ""}`}>
        {/* What the bar says by now is said. */}
        {notice !== null && !(sharing && notice === headline(shown, display)) && <Notice text={notice} does={does} />}
        {!sharing && shown.asking && shown.text !== null && <Consent key="consent" shown={shown} text={shown.text} does={does} />}
        {live && <Push key="push" shown={shown} display={display} does={does} />}
        {live && <ControlWish key="wish" shown={shown} display={display} does={does} />}
        {sharing && <Bar key="bar" shown={shown} display={display} does={does} />}
        {!sharing && !shown.asking && (
          <button key="pill" type="button" class="pill" onClick={() => does.ask()}>
            {say("display.consent.ask", { name: agentOf(shown) })}
          </button>
        )}
      </div>
    </>
  );
}
