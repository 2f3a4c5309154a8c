// The few lines of a screen pop that decide whether one is ready: what for, from where, what was looked at.
import type { ComponentChildren } from "preact";
import { At } from "../../shared/ui/Time";
import { humanise, plural } from "../../shared/words/state";
import type { Pop } from "../documents";
import { aboutOf } from "./about";
import "./customer.css";

export function PopSummary({ pop }: { pop: Pop }) {
  const open = pop.tickets.filter((ticket) => ticket.state === "OPEN" || ticket.state === "PENDING");
  const page = pop.pages.at(-1);
  const about = aboutOf(pop.callback?.about);
  return (
    <dl class="facts">
      {pop.callback && (
        <Fact name="Call back">
          {pop.callback.asap ? "as soon as possible" : pop.callback.at != null ? <At at={pop.callback.at} /> : "at a time"}
          {pop.callback.attempts > 0 && `, ${plural(pop.callback.attempts, "attempt")} so far`}
        </Fact>
      )}
      {about && (
        <Fact name="About">
          <bdi>{about.title}</bdi> <bdi class="facts-soft">{about.text}</bdi>
        </Fact>
      )}
      <Fact name="From">
        {pop.network == null ? "An unknown network" : humanise(pop.network)}
        {pop.address != null && <span class="facts-soft tabular"> {pop.address}</span>}
      </Fact>
      {page && (
        <Fact name="Looking at">
          <bdi>{page.title ?? page.page}</bdi>
          {pop.pages.length > 1 && <span class="facts-soft"> and {plural(pop.pages.length - 1, "page")} before</span>}
        </Fact>
      )}
      {open.length > 0 && (
        <Fact name="Open tickets">
          {open.map((ticket) => `#${ticket.number} ${ticket.topicTitle}`).join(", ")}
        </Fact>
      )}
      {pop.services.length > 0 && <Fact name="Services">{pop.services.map((service) => service.product).join(", ")}</Fact>}
      <Fact name="Before">{pop.earlier.length === 0 ? "First contact" : plural(pop.earlier.length, "earlier contact")}</Fact>
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
