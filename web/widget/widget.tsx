// The whole widget: the button at the edge of the page, and the panel that it opens.
import { closedContact, openMatters, unread, type Acts, type Page } from "./page";
import type { Panel } from "./panels";
import { Icon } from "./parts/icon";
import { Loading } from "./parts/loading";
import { locale, say } from "../shared/words/say";

function Broken({ page }: { page: Page }) {
  if (page.connection.is !== "lost") return null;
  const time = new Date(page.connection.since).toLocaleTimeString(locale());
  return (
    <p class="broken" role="status">
      <Icon name="warn" />
      {say("widget.launcher.lost", { time })}
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
  if (contact === undefined) return callbacks.length > 0 ? say("widget.launcher.call") : title;
  if (contact.state === "TALKING") return contact.agentName === null ? say("widget.launcher.here") : say("widget.launcher.with", { name: contact.agentName });
  return contact.position === null ? say("widget.launcher.line") : say("widget.launcher.place", { place: contact.position });
}

function Inside({ panel, page, acts }: { panel: Panel; page: Page; acts: Acts }) {
  if (panel.module !== null) return panel.module.Body({ page, acts });
  if (panel.tries === 0 || panel.loading) return <Loading what={say("widget.launcher.loading")} />;
  return (
    <section>
      <h2 tabIndex={-1}>{say("widget.launcher.failed")}</h2>
      <button type="button" class="again" onClick={() => panel.load()}>
        {say("widget.launcher.again")}
      </button>
    </section>
  );
}

export function Widget({ page, acts, title, panel }: { page: Page; acts: Acts; title: string; panel: Panel }) {
  const fresh = unread(page);
  const step = back(page);
  const lost = page.connection.is === "lost" ? " lost" : "";
  return (
    <>
      {page.open && (
        <div class={`panel${lost}`} role="dialog" aria-label={title} onKeyDown={(event) => event.key === "Escape" && acts.hide()}>
          <div class="head">
            {step !== undefined && (
              <button type="button" class="icon" aria-label={say("widget.launcher.back")} onClick={() => acts.go(step())}>
                <Icon name="back" />
              </button>
            )}
            <p class="title">{title}</p>
            <button type="button" class="icon" aria-label={say("widget.launcher.minimise")} onClick={() => acts.hide()}>
              <Icon name="close" />
            </button>
          </div>
          <Broken page={page} />
          {page.notice !== null && panel.module?.NoticeOf({ notice: page.notice })}
          <div class="body">
            <Inside panel={panel} page={page} acts={acts} />
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
