// Asking, one decision a step: what about, then how, told beforehand who is free.
import { Icon } from "../parts/icon";
import { estimate } from "../parts/wait";
import { say } from "../../shared/words/say";
import { Loading } from "../parts/loading";
import { callbackStep, type Acts, type Page } from "../page";
import type { Availability } from "../door/documents";

export function Topics({ page, acts }: { page: Page; acts: Acts }) {
  return (
    <section>
      <h2 tabIndex={-1}>{say("widget.topics.title")}</h2>
      {page.topics === null ? (
        <Loading what={say("widget.topics.loading")} />
      ) : page.topics.length === 0 ? (
        <p class="soft">{say("widget.topics.none")}</p>
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

const chatFirst = (all: readonly Availability[]) => [...all].sort((a, b) => Number(b.channel === "CHAT") - Number(a.channel === "CHAT"));

function Way({ one, topic, acts }: { one: Availability; topic: string; acts: Acts }) {
  if (one.channel !== "CHAT" && one.channel !== "PHONE") return null;
  const medium = one.channel === "CHAT" ? "chat" : "call";
  const state = !one.allowed ? "no" : one.freeNow ? "free" : "wait";
  const press = () => (one.channel === "CHAT" ? acts.ask(topic) : acts.go(callbackStep(topic, one.freeNow || one.expectedWait !== null ? null : one.opensAt)));
  return (
    <li class={`way ${state}`}>
      <p class="state">
        <Icon name={state === "free" ? "check" : state === "wait" ? "clock" : "warn"} />
        <span>{one.message}</span>
      </p>
      {one.allowed && !one.freeNow && one.expectedWait !== null && (
        <p class="fine">{estimate(one.expectedWait, medium)}</p>
      )}
      <button type="button" class={state === "no" ? "quiet" : "main"} onClick={press}>
        <Icon name={medium === "chat" ? "chat" : "phone"} />
        {medium === "chat" ? say("widget.way.chat") : say("widget.way.call")}
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
        <Loading what={say("widget.way.loading")} />
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
