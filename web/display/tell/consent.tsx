// The offer: what staff will see, what they will not, and every scope a choice of its own. Its words come from the
// company's policy, with the version that the consent names.
import { Icon } from "../../widget/parts/icon";
import { agentOf, type Shown } from "./shown";
import type { ConsentText } from "../documents";
import type { Does } from "./view";
import { say } from "../../shared/words/say";

const choices = ["RECORD", "CONTROL", "FOLLOW"] as const;

export function Consent({ shown, text, does }: { shown: Shown; text: ConsentText; does: Does }) {
  const named = (words: string) => words.replaceAll("{name}", agentOf(shown));
  const of = (scope: string) => text.scopes.find((one) => one.scope === scope);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    does.consent(["VIEW", ...choices.filter((scope) => form.get(scope) !== null)]);
  };
  return (
    <section class={`card consent${shown.previewing ? " peek" : ""}`} role="dialog" aria-label={named(text.title)} onKeyDown={(event) => event.key === "Escape" && does.notNow()}>
      <form onSubmit={submit}>
        <h2 tabIndex={-1}>{named(text.title)}</h2>
        <p class="what-for">
          {named(text.what)}
        </p>
        <p class="soft">
          {named(text.hidden)}{" "}
          <button type="button" class="link" aria-pressed={shown.previewing} onClick={() => does.preview()}>
            {shown.previewing ? say("display.preview.off") : say("display.preview.on")}
          </button>
        </p>
        <ul class="scopes">
          <li>
            <label class="choice">
              <input type="checkbox" name="view" checked disabled />
              <span>
                <b>{named(of("VIEW")?.title ?? "")}</b>
                <span class="fine">{named(of("VIEW")?.text ?? "")}</span>
              </span>
            </label>
          </li>
          {choices.map((scope) => (
            <li key={scope}>
              <label class="choice">
                <input type="checkbox" name={scope} />
                <span>
                  <b>{named(of(scope)?.title ?? "")}</b>
                  <span class="fine">{named(of(scope)?.text ?? "")}</span>
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
