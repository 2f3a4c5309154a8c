// The offer: what staff will see, what they will not, and every scope a choice of its own.
import { Icon } from "../../widget/parts/icon";
import { agentOf, type Shown } from "./shown";
import type { Does } from "./view";

/** Of the words below; a consent names the version that was shown. */
export const text_version = "2025-11";

const choices = [
  ["record", "Keep a recording", "It may be watched again after the talk, to check and to learn."],
  ["control", "Let them ask to use the page", "To click, type, choose and scroll for you. You are asked each time, and private fields stay out of reach."],
  ["follow", "Open pages they show me", "Without asking each time."],
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
    <section class={`card consent${shown.previewing ? " peek" : ""}`} role="dialog" aria-label={`Show ${agent} this page?`} onKeyDown={(event) => event.key === "Escape" && does.notNow()}>
      <form onSubmit={submit}>
        <h2 tabIndex={-1}>Show {agent} this page?</h2>
        <p class="what-for">
          While you talk, {agent} and colleagues who help see what you see on these pages, as you scroll, click and go on. Not other sites, other
          windows or your screen.
        </p>
        <p class="soft">
          What you type, passwords, payment details and private parts stay hidden: dots take their place before anything leaves your browser.{" "}
          <button type="button" class="link" aria-pressed={shown.previewing} onClick={() => does.preview()}>
            {shown.previewing ? "Show the page as it is" : "See what is hidden"}
          </button>
        </p>
        <ul class="scopes">
          <li>
            <label class="choice">
              <input type="checkbox" name="view" checked disabled />
              <span>
                <b>See this page</b>
                <span class="fine">Needed for all else. You can pause or stop at any moment.</span>
              </span>
            </label>
          </li>
          {choices.map(([name, title, text]) => (
            <li key={name}>
              <label class="choice">
                <input type="checkbox" name={name} />
                <span>
                  <b>{title}</b>
                  <span class="fine">{text}</span>
                </span>
              </label>
            </li>
          ))}
        </ul>
        <div class="buttons answer">
          <button class="main">
            <Icon name="check" />
            Show this page
          </button>
          <button type="button" class="quiet" onClick={() => does.notNow()}>
            Not now
          </button>
        </div>
      </form>
    </section>
  );
}
