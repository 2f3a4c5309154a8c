// To be called back: at which number, as soon as possible or at a time.
import { Icon } from "../parts/icon";
import { wishedInstant, type Acts, type Asking, type Page } from "../page";
import { ownZone } from "../time";
import { say } from "../../shared/words/say";

function When({ at, acts }: { at: Extract<Asking, { later: boolean }>; acts: Acts }) {
  return (
    <fieldset>
      <legend>{say("widget.form.when")}</legend>
      <label class="radio">
        <input type="radio" name="when" value="asap" checked={!at.later} onChange={() => acts.go({ ...at, later: false })} />
        {say("widget.form.asap")}
      </label>
      <label class="radio">
        <input type="radio" name="when" value="later" checked={at.later} onChange={() => acts.go({ ...at, later: true })} />
        {say("widget.form.later")}
      </label>
      {at.later && (
        <div class="times">
          <label>
            {say("widget.form.date")}
            <input type="date" name="date" required defaultValue={at.date} />
          </label>
          <label>
            {say("widget.form.time")}
            <input type="time" name="time" required defaultValue={at.time} />
          </label>
          <p class="fine">{say("widget.form.zone", { zone: ownZone() })}</p>
        </div>
      )}
    </fieldset>
  );
}

/** Reads when the call is wished for; says so at the field if that has passed. */
function readWhen(form: HTMLFormElement): string | null | undefined {
  const at = wishedInstant(new FormData(form));
  const time = form.elements.namedItem("time") as HTMLInputElement | null;
  time?.setCustomValidity(at === undefined ? say("widget.form.past") : "");
  form.reportValidity();
  if (at === undefined) setTimeout(() => time?.setCustomValidity(""), 0);
  return at;
}

const problems: Readonly<Record<string, (example: string) => string>> = {
  "number.too_short": (example) => say("widget.number.too_short", { example }),
  "number.too_long": (example) => say("widget.number.too_long", { example }),
  "number.extension": () => say("widget.number.extension"),
  "number.country_unknown": () => say("widget.number.country_unknown"),
};
/** What is wrong with a number, with one of its country as an example. */
export const numberProblem = (problem: string | null, example: string): string => problems[problem ?? ""]?.(example) ?? say("widget.number.not_a_number", { example });

/** How the number reads, so that a slip is seen before it is sent. */
function Reading({ number }: Pick<Page, "number">) {
  if (number === null) return null;
  const text = number.valid ? say("widget.number.reads", { number: number.national ?? number.text }) : numberProblem(number.problem, number.example);
  return (
    <p class={number.valid ? "fine" : "fine problem"} id="number-reading" role="status">
      {text}
    </p>
  );
}

export function CallbackForm({ at, page, acts }: { at: Extract<Asking, { step: "callback" }>; page: Page; acts: Acts }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const number = String(new FormData(form).get("number")).trim();
    const read = page.number;
    const problem = read !== null && read.text.trim() === number && !read.valid ? numberProblem(read.problem, read.example) : "";
    (form.elements.namedItem("number") as HTMLInputElement).setCustomValidity(problem);
    const time = readWhen(form);
    if (problem === "" && time !== undefined) acts.requestCallback(at.topic, number, time, at.about);
  };
  const typed = (field: HTMLInputElement) => {
    field.setCustomValidity("");
    acts.keepDraft("number", field.value);
    acts.readNumber(field.value);
  };
  return (
    <section>
      <h2 tabIndex={-1}>{say("widget.way.call")}</h2>
      {at.about !== undefined && (
        <p class="booked">
          <strong>{at.about.title}</strong> {at.about.text}
        </p>
      )}
      <form onSubmit={submit}>
        <label>
          {say("widget.form.number")}
          <input
            type="tel"
            name="number"
            required
            autocomplete="tel"
            aria-describedby="number-reading"
            defaultValue={acts.draft("number")}
            onInput={(event) => typed(event.currentTarget)}
          />
          <Reading number={page.number} />
        </label>
        <When at={at} acts={acts} />
        <button class="main">
          <Icon name="phone" />
          {say("widget.way.call")}
        </button>
      </form>
    </section>
  );
}

export function RescheduleForm({ at, acts }: { at: Extract<Asking, { step: "reschedule" }>; acts: Acts }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const when = readWhen(event.currentTarget as HTMLFormElement);
    if (when !== undefined) acts.reschedule(at.callback, when);
  };
  return (
    <section>
      <h2 tabIndex={-1}>{say("widget.form.move_title")}</h2>
      <form onSubmit={submit}>
        <When at={at} acts={acts} />
        <button class="main">
          <Icon name="clock" />
          {say("widget.form.move")}
        </button>
      </form>
    </section>
  );
}
