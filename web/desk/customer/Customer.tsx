// Who the customer is, what they may ask for, what they have, where they were, what happened before.
import { measuredWords } from "../../shared/lib/time";
import type { Titles } from "../../shared/live/policy";
import { Chip } from "../../shared/ui/Chip";
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { Person } from "../../shared/ui/Person";
import { Age } from "../../shared/ui/Time";
import { say } from "../../shared/words/say";
import { humanise } from "../../shared/words/state";
import type { Pop } from "../documents";
import { EarlierContacts } from "../earlier/EarlierContacts";
import { Tickets } from "../ticket/Tickets";
import { whoOf } from "../contact/who";
import { aboutOf } from "./about";
import { callbackWords } from "./callback";
import "./customer.css";
import { Fact } from "./PopSummary";

interface Props {
  contact: string;
  pop: Pop;
  titles: Titles;
}

export function Customer({ contact, pop, titles }: Props) {
  const name = whoOf({ contact, pop });
  const about = aboutOf(pop.callback?.about);
  return (
    <>
      <section class="side">
        <div class="customer-who">
          <Person name={name} large />
          <div>
            <h2 class="truncate">
              <Name of={name} />
            </h2>
            <p class="side-note">{pop.signedIn ? say("desk.customer.signedIn") : say("desk.customer.notSignedIn")}</p>
          </div>
        </div>
        <dl class="facts">
          {pop.entitlement && (
            <Fact name={say("desk.customer.contract")}>
              <Chip
                word={pop.entitlement.contractTitle}
                tone="accent"
                icon="shield"
                title={say("desk.customer.tier", { tier: pop.entitlement.tier, version: pop.entitlement.policyVersion })}
              />
              <span class="facts-soft"> {say("desk.customer.version", { version: pop.entitlement.contractVersion })}</span>
            </Fact>
          )}
          <Fact name={say("desk.customer.network")}>
            {pop.network == null ? say("desk.customer.network.unknown") : humanise(pop.network)}
            {pop.entitlement?.networkVersion != null && <span class="facts-soft"> {say("desk.customer.version", { version: pop.entitlement.networkVersion })}</span>}
          </Fact>
          {pop.address != null && (
            <Fact name={say("desk.customer.address")}>
              <span class="tabular">{pop.address}</span>
            </Fact>
          )}
          <Fact name={say("desk.customer.topic")}>
            <bdi>{pop.topicTitle}</bdi>
          </Fact>
          {about && (
            <Fact name={say("desk.customer.about")}>
              <bdi>{about.title}</bdi> <bdi class="facts-soft">{about.text}</bdi>
            </Fact>
          )}
          <Fact name={say("desk.customer.priority")}>{pop.priority}</Fact>
          <Fact name={say("desk.customer.waited")}>{measuredWords(pop.waitedSeconds)}</Fact>
          {pop.callback && (
            <Fact name={say("desk.customer.callback")}>{callbackWords(pop.callback)}</Fact>
          )}
        </dl>
      </section>
      <Services services={pop.services} />
      <Tickets contact={contact} pop={pop} />
      <Pages pages={pop.pages} />
      <EarlierContacts contact={contact} count={pop.earlier.length} customer={name} titles={titles} />
    </>
  );
}

function Services({ services }: { services: Pop["services"] }) {
  return (
    <section class="side">
      <div class="side-head">
        <h2>{say("desk.customer.services")}</h2>
      </div>
      {services.length === 0 ? (
        <p class="side-note">{say("desk.customer.services.none")}</p>
      ) : (
        <ul class="lines">
          {services.map((one) => (
            <li key={one.id} title={say("desk.customer.source", { source: one.source })}>
              <span class="lines-main">
                <strong>
                  <bdi>{one.product}</bdi>
                </strong>
                <span>
                  <bdi>{one.label ?? say("staff.erased")}</bdi>
                </span>
              </span>
              <Chip word={humanise(one.status)} tone={one.status === "active" ? "good" : "warn"} icon={one.status === "active" ? "check" : "alert"} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Pages({ pages }: { pages: Pop["pages"] }) {
  return (
    <section class="side">
      <div class="side-head">
        <h2>{say("desk.customer.pages")}</h2>
      </div>
      {pages.length === 0 ? (
        <p class="side-note">{say("desk.customer.pages.none")}</p>
      ) : (
        <ol class="pages">
          {pages.map((one) => (
            <li key={`${one.at}${one.page}`}>
              <Icon name="page" size={14} />
              <span class="lines-main">
                <span class="truncate" title={one.title ?? undefined}>
                  <bdi>{one.title ?? humanise(one.page)}</bdi>
                </span>
                {one.url != null && (
                  <span class="truncate" title={one.url} dir="ltr">
                    {path(one.url)}
                  </span>
                )}
              </span>
              <span class="side-note">
                <Age since={one.at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function path(url: string): string {
  try {
    return new URL(url).pathname;
  } catch {
    return url;
  }
}
