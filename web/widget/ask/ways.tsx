// On which ways we can be reached about a topic: what each of them says, and the button where it can be had.
import { say } from "../../shared/words/say";
import type { Availability } from "../door/documents";
import { callbackStep, type Acts, type Page } from "../page";
import { Icon } from "../parts/icon";
import { estimate } from "../parts/wait";
import { inWords, when } from "../time";

type Channel = "CHAT" | "PHONE";
type Way = Availability & { channel: Channel };

const served = (one: Availability): one is Way => one.channel === "CHAT" || one.channel === "PHONE";
const chatFirst = (all: readonly Availability[]) => all.filter(served).sort((a, b) => Number(b.channel === "CHAT") - Number(a.channel === "CHAT"));

/** What keeps a customer from it, and what would change that. */
function whyNot({ channel, possibility, rules, until, changes }: Way): string {
  const chat = channel === "CHAT";
  if (changes.includes("SIGN_IN")) return chat ? say("widget.not.sign_in.chat") : say("widget.not.sign_in.call");
  if (possibility === "NOT_NOW") {
    if (until !== null) return say("widget.not.closed", { when: when(until) });
    return say("widget.not.one_open");
  }
  if (changes.includes("OTHER_NETWORK")) return chat ? say("widget.not.network.chat") : say("widget.not.network.call");
  const topic = rules.includes("contract_topic") || rules.includes("network_topic");
  if (topic) return say("widget.not.topic");
  return chat ? say("widget.not.plan.chat") : say("widget.not.plan.call");
}

function how(one: Way): string {
  if (one.possibility !== "POSSIBLE") return whyNot(one);
  if (one.freeNow) return say("widget.way.free");
  if (one.agentsAtWork === 0) return one.channel === "CHAT" ? say("widget.way.nobody.chat") : say("widget.way.nobody.call");
  return one.expectedWait === null ? say("widget.way.waiting") : inWords(one.expectedWait.seconds);
}

function WayIn({ one, topic, acts }: { one: Way; topic: string; acts: Acts }) {
  const chat = one.channel === "CHAT";
  const possible = one.possibility === "POSSIBLE";
  // A call can be asked for now, for when we are open again.
  const later = !chat && one.possibility === "NOT_NOW" && one.until !== null ? one.until : null;
  const state = !possible ? "no" : one.freeNow ? "free" : "wait";
  return (
    <li class={`way ${state}`}>
      <p class="state">
        <Icon name={state === "free" ? "check" : state === "wait" ? "clock" : "warn"} />
        <span>{how(one)}</span>
      </p>
      {possible && !one.freeNow && one.agentsAtWork > 0 && one.expectedWait !== null && <p class="fine">{estimate(one.expectedWait, chat ? "chat" : "call")}</p>}
      {(possible || later !== null) && (
        <button type="button" class="main" onClick={() => (chat ? acts.ask(topic) : acts.go(callbackStep(topic, later)))}>
          <Icon name={chat ? "chat" : "phone"} />
          {chat ? say("widget.way.chat") : later === null ? say("widget.way.call") : say("widget.way.call_at", { when: when(later) })}
        </button>
      )}
    </li>
  );
}

export function Ways({ all, topic, page, acts }: { all: readonly Availability[]; topic: string; page: Page; acts: Acts }) {
  const ways = chatFirst(all);
  const signIn = ways.some((one) => one.changes.includes("SIGN_IN")) ? page.signIn : null;
  return (
    <>
      <ul class="ways" aria-live="polite">
        {ways.map((one) => (
          <WayIn key={one.channel} one={one} topic={topic} acts={acts} />
        ))}
      </ul>
      {signIn !== null && (
        <a class="main sign-in" href={signIn}>
          {say("widget.not.sign_in.link")}
        </a>
      )}
      {ways.every((one) => one.possibility === "NOT_INCLUDED") && (
        <button type="button" class="quiet" onClick={() => acts.go({ step: "topic" })}>
          {say("widget.not.other_topic")}
        </button>
      )}
    </>
  );
}
