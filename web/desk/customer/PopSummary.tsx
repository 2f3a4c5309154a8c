// The few lines of a screen pop that decide whether one is ready: what for, from where, what was looked at.
import type { ComponentChildren } from "preact";
import { say } from "../../shared/words/say";
import { humanise } from "../../shared/words/state";
import type { Pop } from "../documents";
import { aboutOf } from "./about";
import { callbackWords } from "./callback";
import "./customer.css";

export function PopSummary({ pop }: { pop: Pop }) {
  const open = pop.tickets.filter((ticket) => ticket.state === "OPEN" || ticket.state === "PENDING");
  const page = pop.pages.at(-1);
  const about = aboutOf(pop.callback?.about);
  return (
    <dl class="facts">
      {pop.callback && (
        <Fact name={say("desk.customer.callback")}>{callbackWords(pop.callback)}</Fact>
      )}
      {about && (
        <Fact name={say("desk.customer.about")}>
          <bdi>{about.title}</bdi> <bdi class="facts-soft">{about.text}</bdi>
        </Fact>
      )}
      <Fact name={say("desk.customer.from")}>
        {pop.network == null ? say("desk.customer.from.unknown") : humanise(pop.network)}
        {pop.address != null && <span class="facts-soft tabular"> {pop.address}</span>}
      </Fact>
      {page && (
        <Fact name={say("desk.customer.looking")}>
          <bdi>{page.title ?? page.page}</bdi>
          {pop.pages.length > 1 && <span class="facts-soft"> {say("desk.customer.pages.before", { count: pop.pages.length - 1 })}</span>}
        </Fact>
      )}
      {open.length > 0 && (
        <Fact name={say("desk.customer.openTickets")}>
          {open.map((ticket) => `#${ticket.number} ${ticket.topicTitle}`).join(", ")}
        </Fact>
      )}
      {pop.services.length > 0 && <Fact name={say("desk.customer.services")}>{pop.services.map((service) => service.product).join(", ")}</Fact>}
      <Fact name={say("desk.customer.before")}>{pop.earlier.length === 0 ? say("desk.customer.first") : say("desk.customer.earlier.count", { count: pop.earlier.length })}</Fact>
    </dl>
  );
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
