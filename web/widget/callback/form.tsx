// To be called back: at which number, as soon as possible or at a time.
import { Icon } from "../parts/icon";
import { wishedInstant, type Acts, type Asking } from "../page";
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

export function CallbackForm({ at, acts }: { at: Extract<Asking, { step: "callback" }>; acts: Acts }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const when = readWhen(form);
    if (when !== undefined) acts.requestCallback(at.topic, String(new FormData(form).get("number")).trim(), when, at.about);
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
            pattern="[+0-9][0-9 \(\)\/\-]{4,22}"
            title={say("widget.form.number_hint")}
            defaultValue={acts.draft("number")}
            onInput={(event) => acts.keepDraft("number", event.currentTarget.value)}
          />
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
