// Displays that colleagues invited me to: I look on and point, without the rest of the contact.
import { useEffect, useRef } from "preact/hooks";
import { nameIn } from "../../shared/lib/name";
import { customerWords } from "../../shared/words/customer";
import { say } from "../../shared/words/say";
import { act } from "../../shared/graphql/act";
import { DisplayPane } from "../../shared/display/Pane";
import { Button } from "../../shared/ui/Button";
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { Age } from "../../shared/ui/Time";
import { notify, tell } from "../../shared/ui/Toast";
import { Written } from "../chat/Written";
import { DeclineInvitation, type Invitation } from "../documents";
import "./display.css";

interface Props {
  invitations: readonly Invitation[];
  active: string | undefined;
  choose: (display: string) => void;
}

export function InvitationList({ invitations, active, choose }: Props) {
  const known = useRef<ReadonlySet<string>>(new Set(invitations.map((one) => one.display)));
  useEffect(() => {
    for (const one of invitations) {
      if (!known.current.has(one.display)) notify("info", say("desk.invited.toast", { name: nameIn(one.agentName, say("desk.colleague")) }));
    }
    known.current = new Set(invitations.map((one) => one.display));
  }, [invitations]);
  if (invitations.length === 0) return null;
  return (
    <section class="side contacts">
      <div class="side-head">
        <h2>{say("desk.invited.title")}</h2>
        <span class="side-note tabular">{invitations.length}</span>
      </div>
      <ul>
        {invitations.map((one) => (
          <li key={one.display}>
            <button type="button" class="contact-row" aria-current={one.display === active ? "true" : undefined} onClick={() => choose(one.display)}>
              <span class="contact-icon contact-icon-info">
                <Icon name="eye" size={14} />
              </span>
              <span class="contact-words">
                <strong class="truncate">
                  <Name of={customerWords(one.customerName, one)} />
                </strong>
                <span class="truncate">{say("desk.invited.line", { topic: nameIn(one.topicTitle), name: nameIn(one.agentName, say("desk.colleague")) })}</span>
              </span>
              <span class="contact-end tabular">
                <Age since={one.since} exact />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function InvitedDisplay({ invitation, close }: { invitation: Invitation; close: () => void }) {
  const customer = customerWords(invitation.customerName, invitation);
  const decline = async () => {
    if (!tell(await act(DeclineInvitation, { display: invitation.display }))) return;
    notify("info", say("desk.invited.declined"));
    close();
  };
  return (
    <article class="contact">
      <header class="contact-head">
        <div class="contact-title">
          <h1 class="truncate">
            <Name of={customer} />
          </h1>
          <p class="truncate">
            {say("desk.invited.what", { name: nameIn(invitation.agentName, say("desk.colleague")) })}
          </p>
        </div>
        <Button icon="back" onClick={close}>
          {say("desk.invited.leave")}
        </Button>
        <Button icon="x" onClick={() => void decline()}>
          {say("desk.invited.decline")}
        </Button>
      </header>
      {invitation.messages.length > 0 && (
        <details class="invited-chat" open>
          <summary>{say("desk.invited.chat")}</summary>
          <Written messages={invitation.messages} customer={customer} agent={nameIn(invitation.agentName, say("desk.colleague"))} />
        </details>
      )}
      <DisplayPane contact={invitation.contact} visit={invitation.visit} customer={customer} as="expert" />
    </article>
  );
}
