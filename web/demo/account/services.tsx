// What the customer has from us.
import type { Me } from "../../widget/door/documents";

export function Services({ services }: { services: Me["services"] }) {
  return (
    <section aria-labelledby="services" data-lockstep-share>
      <h2 id="services">Services</h2>
      {services.length === 0 ? (
        <p class="soft">
          Nothing yet. <a href="/tariffs">Have a look at our tariffs.</a>
        </p>
      ) : (
        <ul class="services">
          {services.map((service) => (
            <li key={service.id}>
              <strong>{service.product}</strong>
              <span>{service.label}</span>
              <span class={service.status === "active" ? "good" : "slow"}>{service.status}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
