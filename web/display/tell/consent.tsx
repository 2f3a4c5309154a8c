// The offer: what staff will see, what they will not, and every scope a choice of its own.
import { Icon } from "../../widget/parts/icon";
import { agentOf, type Shown } from "./shown";
import type { Does } from "./view";
import { say } from "../../shared/words/say";

/** Of the words below; a consent names the version that was shown. */
export const text_version = "2025-11";

const choices = [
  ["record", "display.consent.record", "display.consent.record_text"],
  ["control", "display.consent.control", "display.consent.control_text"],
  ["follow", "display.consent.follow", "display.consent.follow_text"],
] as const;

const scope = { record: "RECORD", control: "CONTROL", follow: "FOLLOW" } as const;

export function Consent({ shown, does }: { shown: Shown; does: Does }) {
  const agent = agentOf(shown);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    does.consent(["VIEW", ...choices.flatMap(([name]) => (form.get(name) === null ? [] : [scope[name]]))]);
  };
  return (
    <section class={`card consent${shown.previewing ? " peek" : ""}`} role="dialog" aria-label={say("display.consent.title", { name: agent })} onKeyDown={(event) => event.key === "Escape" && does.notNow()}>
      <form onSubmit={submit}>
        <h2 tabIndex={-1}>{say("display.consent.title", { name: agent })}</h2>
        <p class="what-for">
          {say("display.consent.what", { name: agent })}
        </p>
        <p class="soft">
          {say("display.consent.hidden")}{" "}
          <button type="button" class="link" aria-pressed={shown.previewing} onClick={() => does.preview()}>
            {shown.previewing ? say("display.preview.off") : say("display.preview.on")}
          </button>
        </p>
        <ul class="scopes">
          <li>
            <label class="choice">
              <input type="checkbox" name="view" checked disabled />
              <span>
                <b>{say("display.consent.view")}</b>
                <span class="fine">{say("display.consent.view_text")}</span>
              </span>
            </label>
          </li>
          {choices.map(([name, title, text]) => (
            <li key={name}>
              <label class="choice">
                <input type="checkbox" name={name} />
                <span>
                  <b>{say(title)}</b>
                  <span class="fine">{say(text)}</span>
                </span>
              </label>
            </li>
          ))}
        </ul>
        <div class="buttons answer">
          <button class="main">
            <Icon name="check" />
            {say("display.consent.yes")}
          </button>
          <button type="button" class="quiet" onClick={() => does.notNow()}>
            {say("display.consent.no")}
          </button>
        </div>
      </form>
    </section>
  );
}
