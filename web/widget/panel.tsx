// What stands in the panel: a module of its own, loaded when the panel opens or something is under way.
import { How, Topics } from "./ask/ask";
import { NotPossible } from "./ask/denied";
import { Callback } from "./callback/callback";
import { CallbackForm, RescheduleForm } from "./callback/form";
import { Contact } from "./contact/contact";
import { closedContact, openMatters, type Acts, type Notice, type Page } from "./page";
import css from "./panel.css?inline";
import { Icon } from "./parts/icon";
import { Loading } from "./parts/loading";
import { refusalWords } from "./refusals";
import { speakTheirs } from "../shared/words/language";
import { say } from "../shared/words/say";

export { css };
/** Resolves when its words are there. */
export const ready = (edge: string): Promise<void> => speakTheirs(edge);

function Asking({ page, acts }: { page: Page; acts: Acts }) {
  const { asking } = page;
  switch (asking?.step) {
    case undefined:
    case "topic":
      return <Topics page={page} acts={acts} />;
    case "how":
      return <How page={page} topic={asking.topic} acts={acts} />;
    case "callback":
      return <CallbackForm at={asking} page={page} acts={acts} />;
    case "reschedule":
      return <RescheduleForm at={asking} acts={acts} />;
    case "denied":
      return <NotPossible denied={asking.denied} page={page} acts={acts} />;
  }
}

const onTheirWay = new Set(["ask", "requestCallback", "rescheduleCallback"]);

export function NoticeOf({ notice }: { notice: Notice }) {
  return (
    <p class="notice" role="alert">
      <Icon name="warn" />
      {refusalWords(notice)}
    </p>
  );
}

export function Body({ page, acts }: { page: Page; acts: Acts }) {
  const { contacts, callbacks } = openMatters(page);
  if (page.pending.some((one) => onTheirWay.has(one.name))) {
    return (
      <section>
        <h2 tabIndex={-1}>{say("widget.sending")}</h2>
        <Loading what={say("widget.sending")} />
      </section>
    );
  }
  if (page.me === null && page.asking === null) return <Loading what={say("widget.connecting")} />;
  if (page.asking !== null || contacts.length + callbacks.length === 0) return <Asking page={page} acts={acts} />;
  const talking = contacts.some((one) => !closedContact(one.state));
  return (
    <>
      {contacts.map((contact) => (
        <Contact key={contact.id} contact={contact} page={page} acts={acts} />
      ))}
      {callbacks.map((callback) => (
        <Callback key={callback.id} callback={callback} page={page} acts={acts} />
      ))}
      {!talking && (
        <button type="button" class="more" onClick={() => acts.go({ step: "topic" })}>
          {say("widget.topics.more")}
        </button>
      )}
    </>
  );
}
