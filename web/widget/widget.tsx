// The whole widget: the button at the edge of the page, and the panel that it opens.
import { How, Topics } from "./ask/ask";
import { NotPossible } from "./ask/denied";
import { Callback } from "./callback/callback";
import { CallbackForm, RescheduleForm } from "./callback/form";
import { Contact } from "./contact/contact";
import { closedContact, openMatters, unread, type Acts, type Page } from "./page";
import { Icon } from "./parts/icon";
import { Loading } from "./parts/loading";
import { say } from "../shared/words/say";

function Asking({ page, acts }: { page: Page; acts: Acts }) {
  const { asking } = page;
  switch (asking?.step) {
    case undefined:
    case "topic":
      return <Topics page={page} acts={acts} />;
    case "how":
      return <How page={page} topic={asking.topic} acts={acts} />;
    case "callback":
      return <CallbackForm at={asking} acts={acts} />;
    case "reschedule":
      return <RescheduleForm at={asking} acts={acts} />;
    case "denied":
      return <NotPossible denied={asking.denied} topic={asking.topic} acts={acts} />;
  }
}

const onTheirWay = new Set(["ask", "requestCallback", "rescheduleCallback"]);

function Body({ page, acts }: { page: Page; acts: Acts }) {
  const { contacts, callbacks } = openMatters(page);
  if (page.pending.some((one) => onTheirWay.has(one.name))) {
    return (
      <section>
        <h2 tabIndex={-1}>Sending your request</h2>
        <Loading what="Sending your request" />
      </section>
    );
  }
  if (page.me === null && page.asking === null) return <Loading what="Connecting" />;
  if (page.asking !== null || contacts.length + callbacks.length === 0) return <Asking page={page} acts={acts} />;
  const talking = contacts.some((one) => !closedContact(one.state));
  return (
    <>
      {contacts.map((contact) => (
        <Contact key={contact.id} contact={contact} page={page} acts={acts} />
      ))}
      {callbacks.map((callback) => (
        <Callback key={callback.id} callback={callback} acts={acts} />
      ))}
      {!talking && (
        <button type="button" class="more" onClick={() => acts.go({ step: "topic" })}>
          Ask about something else
        </button>
      )}
    </>
  );
}

function Broken({ page }: { page: Page }) {
  if (page.connection.is !== "lost") return null;
  const since = new Date(page.connection.since).toLocaleTimeString("en-GB");
  return (
    <p class="broken" role="status">
      <Icon name="warn" />
      Not connected since {since}. Trying again; nothing is lost.
    </p>
  );
}

/** One step back from where the customer stands; undefined: there is none. */
function back({ asking, me, away }: Page): (() => Page["asking"]) | undefined {
  const { contacts, callbacks } = openMatters({ me, away });
  switch (asking?.step) {
    case undefined:
      return undefined;
    case "topic":
      return contacts.length + callbacks.length > 0 ? () => null : undefined;
    case "how":
      return () => ({ step: "topic" });
    case "callback":
    case "denied":
      return () => ({ step: "how", topic: asking.topic });
    case "reschedule":
      return () => null;
  }
}

function launcherWords(page: Page, title: string): string {
  const { contacts, callbacks } = openMatters(page);
  const contact = contacts.find((one) => !closedContact(one.state));
  if (contact !== undefined) {
    if (contact.state === "TALKING") return `${contact.agentName ?? "Somebody"} is with you`;
    return contact.position !== null ? `In line: number ${contact.position}` : "In line";
  }
  return callbacks.length > 0 ? "Your call" : title;
}

export function Widget({ page, acts, title }: { page: Page; acts: Acts; title: string }) {
  const fresh = unread(page);
  const step = back(page);
  const lost = page.connection.is === "lost" ? " lost" : "";
  return (
    <>
      {page.open && (
        <div class={`panel${lost}`} role="dialog" aria-label={title} onKeyDown={(event) => event.key === "Escape" && acts.hide()}>
          <div class="head">
            {step !== undefined && (
              <button type="button" class="icon" aria-label="Back" onClick={() => acts.go(step())}>
                <Icon name="back" />
              </button>
            )}
            <p class="title">{title}</p>
            <button type="button" class="icon" aria-label="Minimise" onClick={() => acts.hide()}>
              <Icon name="close" />
            </button>
          </div>
          <Broken page={page} />
          {page.notice !== null && (
            <p class="notice" role="alert">
              <Icon name="warn" />
              {page.notice}
            </p>
          )}
          <div class="body">
            <Body page={page} acts={acts} />
          </div>
        </div>
      )}
      {!page.open && (
        <button type="button" class="launcher" onClick={() => acts.show()}>
          <Icon name="chat" />
          <span>{launcherWords(page, title)}</span>
          {fresh > 0 && (
            <span class="badge" role="status">
              <span aria-hidden="true">{fresh}</span>
              <span class="hidden">{say("widget.launcher.unread", { count: fresh })}</span>
            </span>
          )}
        </button>
      )}
    </>
  );
}
