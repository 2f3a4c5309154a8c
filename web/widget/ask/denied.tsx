// Why a request is not possible this way, and what is possible instead.
import { Icon } from "../parts/icon";
import { callbackStep, type Acts } from "../page";
import type { Denied } from "../door/documents";
import { when } from "../time";
import { say } from "../../shared/words/say";

function Instead({ one, topic, acts }: { one: Denied["instead"][number]; topic: string; acts: Acts }) {
  const chat = one.channel === "CHAT" && one.at === null;
  const phone = one.channel === "PHONE";
  return (
    <li class="way">
      <p>{one.message}</p>
      {(chat || phone) && (
        <button type="button" class="main" onClick={() => (chat ? acts.ask(topic) : acts.go(callbackStep(topic, one.at)))}>
          <Icon name={chat ? "chat" : "phone"} />
          {chat ? say("widget.way.chat") : one.at === null ? say("widget.way.call") : say("widget.way.call_at", { when: when(one.at) })}
        </button>
      )}
    </li>
  );
}

export function NotPossible({ denied, topic, acts }: { denied: Denied; topic: string; acts: Acts }) {
  const more = denied.rules.filter((rule) => rule.message !== denied.message);
  return (
    <section class="denied">
      <h2 tabIndex={-1}>{say("widget.denied.title")}</h2>
      <p>{denied.message}</p>
      {more.length > 0 && (
        <ul class="why">
          {more.map((rule) => (
            <li key={rule.code}>{rule.message}</li>
          ))}
        </ul>
      )}
      {denied.instead.length > 0 && (
        <>
          <h3>{say("widget.denied.instead")}</h3>
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
