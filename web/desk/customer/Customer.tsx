// Who the customer is, what they may ask for, what they have, where they were, what happened before.
import { Chip } from "../../shared/ui/Chip";
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { Person } from "../../shared/ui/Person";
import { Age, At } from "../../shared/ui/Time";
import { channel, contactState, humanise } from "../../shared/words/state";
import type { Pop } from "../documents";
import { Tickets } from "../ticket/Tickets";
import { whoOf } from "../contact/who";
import { aboutOf } from "./about";
import "./customer.css";
import { Fact } from "./PopSummary";

export function Customer({ contact, pop }: { contact: string; pop: Pop }) {
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
            <p class="side-note">{pop.signedIn ? "Signed in on the site" : "Not signed in; the name is not known"}</p>
          </div>
        </div>
        <dl class="facts">
          {pop.entitlement && (
            <Fact name="Contract">
              <Chip
                word={pop.entitlement.contractTitle}
                tone="accent"
                icon="shield"
                title={`Tier ${pop.entitlement.tier}, policy version ${pop.entitlement.policyVersion}`}
              />
              <span class="facts-soft"> version {pop.entitlement.contractVersion}</span>
            </Fact>
          )}
          <Fact name="Network">
            {pop.network == null ? "Unknown" : humanise(pop.network)}
            {pop.entitlement?.networkVersion != null && <span class="facts-soft"> version {pop.entitlement.networkVersion}</span>}
          </Fact>
          {pop.address != null && (
            <Fact name="Address">
              <span class="tabular">{pop.address}</span>
            </Fact>
          )}
          <Fact name="Asks about">
            <bdi>{pop.topicTitle}</bdi>
          </Fact>
          {about && (
            <Fact name="About">
              <bdi>{about.title}</bdi> <bdi class="facts-soft">{about.text}</bdi>
            </Fact>
          )}
          <Fact name="Priority">{pop.priority}</Fact>
          <Fact name="Waited">{pop.waitedSeconds < 60 ? `${pop.waitedSeconds} s` : `${Math.floor(pop.waitedSeconds / 60)} min ${pop.waitedSeconds % 60} s`}</Fact>
          {pop.callback && (
            <Fact name="Call back">
              {pop.callback.asap ? "As soon as possible" : pop.callback.at != null && <At at={pop.callback.at} />}, attempt {pop.callback.attempts}
            </Fact>
          )}
        </dl>
      </section>
      <Services services={pop.services} />
      <Tickets contact={contact} pop={pop} />
      <Pages pages={pop.pages} />
      <Earlier earlier={pop.earlier} />
    </>
  );
}

function Services({ services }: { services: Pop["services"] }) {
  return (
    <section class="side">
      <div class="side-head">
        <h2>Services</h2>
      </div>
      {services.length === 0 ? (
        <p class="side-note">None on record.</p>
      ) : (
        <ul class="lines">
          {services.map((one) => (
            <li key={one.id} title={`From ${one.source}`}>
              <span class="lines-main">
                <strong>
                  <bdi>{one.product}</bdi>
                </strong>
                <span>
                  <bdi>{one.label ?? "Erased"}</bdi>
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
        <h2>Pages visited</h2>
      </div>
      {pages.length === 0 ? (
        <p class="side-note">None recorded on this visit.</p>
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

function Earlier({ earlier }: { earlier: Pop["earlier"] }) {
  return (
    <section class="side">
      <div class="side-head">
        <h2>Earlier contacts</h2>
      </div>
      {earlier.length === 0 ? (
        <p class="side-note">This is the first.</p>
      ) : (
        <ul class="lines">
          {earlier.map((one) => (
            <li key={one.id}>
              <Icon name={channel[one.channel].icon} size={14} label={channel[one.channel].word} />
              <span class="lines-main">
                <span>{humanise(one.topic)}</span>
                <span>
                  {one.disposition != null ? humanise(one.disposition) : one.exit != null ? humanise(one.exit) : contactState[one.state].word}
                  {one.agentName != null && (
                    <>
                      {" "}
                      · <Name of={one.agentName} />
                    </>
                  )}
                </span>
              </span>
              <span class="side-note">
                <At at={one.queuedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
