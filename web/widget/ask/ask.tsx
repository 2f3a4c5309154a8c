// Asking, one decision a step: what about, then how; or why not, and what instead.
import { Icon } from "../parts/icon";
import { estimate } from "../parts/wait";
import { callbackStep, wishedInstant, type Acts, type Asking, type Page } from "../page";
import type { Availability, Denied } from "../door/documents";
import { clockTime, ownZone } from "../time";

export function Topics({ page, acts }: { page: Page; acts: Acts }) {
  return (
    <section>
      <h2 tabIndex={-1}>What can we help you with?</h2>
      {page.topics === null ? (
        <Loading what="Loading the topics" />
      ) : page.topics.length === 0 ? (
        <p class="soft">There is nothing to ask about here yet.</p>
      ) : (
        <ul class="choices">
          {page.topics.map(({ topic, title }) => (
            <li key={topic}>
              <button type="button" class="choice" onClick={() => acts.go({ step: "how", topic })}>
                {title}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <div class="loading" role="status">
      <span class="hidden">{what}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

const ways = { CHAT: ["chat", "Chat now"], PHONE: ["phone", "Call me back"] } as const;

const chatFirst = (all: readonly Availability[]) => [...all].sort((a, b) => Number(b.channel === "CHAT") - Number(a.channel === "CHAT"));

function Way({ one, topic, acts }: { one: Availability; topic: string; acts: Acts }) {
  if (one.channel !== "CHAT" && one.channel !== "PHONE") return null;
  const [icon, verb] = ways[one.channel];
  const state = !one.allowed ? "no" : one.freeNow ? "free" : "wait";
  const press = () => (one.channel === "CHAT" ? acts.ask(topic) : acts.go(callbackStep(topic, one.freeNow || one.expectedWait !== null ? null : one.opensAt)));
  return (
    <li class={`way ${state}`}>
      <p class="state">
        <Icon name={state === "free" ? "check" : state === "wait" ? "clock" : "warn"} />
        <span>{one.message}</span>
      </p>
      {one.allowed && !one.freeNow && one.expectedWait !== null && (
        <p class="fine">{estimate(one.expectedWait)}</p>
      )}
      <button type="button" class={state === "no" ? "quiet" : "main"} onClick={press}>
        <Icon name={icon} />
        {verb}
      </button>
    </li>
  );
}

export function How({ page, topic, acts }: { page: Page; topic: string; acts: Acts }) {
  const title = page.topics?.find((one) => one.topic === topic)?.title ?? topic;
  return (
    <section>
      <h2 tabIndex={-1}>{title}</h2>
      {page.availability === null ? (
        <Loading what="Looking who is free" />
      ) : (
        <ul class="ways" aria-live="polite">
          {chatFirst(page.availability).map((one) => (
            <Way key={one.channel} one={one} topic={topic} acts={acts} />
          ))}
        </ul>
      )}
    </section>
  );
}

function When({ at, acts }: { at: Extract<Asking, { later: boolean }>; acts: Acts }) {
  return (
    <fieldset>
      <legend>When?</legend>
      <label class="radio">
        <input type="radio" name="when" value="asap" checked={!at.later} onChange={() => acts.go({ ...at, later: false })} />
        As soon as possible
      </label>
      <label class="radio">
        <input type="radio" name="when" value="later" checked={at.later} onChange={() => acts.go({ ...at, later: true })} />
        At a time
      </label>
      {at.later && (
        <div class="times">
          <label>
            Date
            <input type="date" name="date" required defaultValue={at.date} />
          </label>
          <label>
            Time
            <input type="time" name="time" required defaultValue={at.time} />
          </label>
          <p class="fine">In your time zone, {ownZone()}.</p>
        </div>
      )}
    </fieldset>
  );
}

/** Reads when the call is wished for; says so at the field if that has passed. */
function readWhen(form: HTMLFormElement): string | null | undefined {
  const at = wishedInstant(new FormData(form));
  const time = form.elements.namedItem("time") as HTMLInputElement | null;
  time?.setCustomValidity(at === undefined ? "Choose a time that is still ahead." : "");
  form.reportValidity();
  if (at === undefined) setTimeout(() => time?.setCustomValidity(""), 0);
  return at;
}

export function CallbackForm({ at, acts }: { at: Extract<Asking, { step: "callback" }>; acts: Acts }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const when = readWhen(form);
    if (when !== undefined) acts.requestCallback(at.topic, String(new FormData(form).get("number")).trim(), when);
  };
  return (
    <section>
      <h2 tabIndex={-1}>Call me back</h2>
      <form onSubmit={submit}>
        <label>
          Your phone number
          <input
            type="tel"
            name="number"
            required
            autocomplete="tel"
            pattern="[+0-9][0-9 \(\)\/\-]{4,22}"
            title="Digits, with + and the country code if you like"
            defaultValue={acts.draft("number")}
            onInput={(event) => acts.keepDraft("number", event.currentTarget.value)}
          />
        </label>
        <When at={at} acts={acts} />
        <button class="main">
          <Icon name="phone" />
          Call me back
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
      <h2 tabIndex={-1}>Another time for your call</h2>
      <form onSubmit={submit}>
        <When at={at} acts={acts} />
        <button class="main">
          <Icon name="clock" />
          Move the call
        </button>
      </form>
    </section>
  );
}

function Instead({ one, topic, acts }: { one: Denied["instead"][number]; topic: string; acts: Acts }) {
  const chat = one.channel === "CHAT";
  const phone = one.channel === "PHONE" || (one.channel === null && one.at !== null);
  return (
    <li class="way">
      <p>{one.message}</p>
      {(chat || phone) && (
        <button type="button" class="main" onClick={() => (chat ? acts.ask(topic) : acts.go(callbackStep(topic, one.at)))}>
          <Icon name={chat ? "chat" : "phone"} />
          {chat ? "Chat now" : one.at === null ? "Call me back" : `Call me back ${clockTime(one.at)}`}
        </button>
      )}
    </li>
  );
}

export function No({ denied, topic, acts }: { denied: Denied; topic: string; acts: Acts }) {
  const more = denied.rules.filter((rule) => rule.message !== denied.message);
  return (
    <section class="denied">
      <h2 tabIndex={-1}>Not possible this way</h2>
      <p>{denied.message}</p>
      {more.length > 0 && (
        <ul class="why">
          {more.map((rule) => (
            <li key={rule.code}>{rule.message}</li>
          ))}
        </ul>
      )}
      <p class="fine">
        {denied.contractTitle !== null && `By ${denied.contractTitle}, version ${denied.contractVersion}`}
        {denied.network !== null && `, from the network “${denied.network}”`}
      </p>
      {denied.instead.length > 0 && (
        <>
          <h3>What is possible instead</h3>
          <ul class="choices">
            {denied.instead.map((one) => (
              <Instead key={one.message} one={one} topic={topic} acts={acts} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
