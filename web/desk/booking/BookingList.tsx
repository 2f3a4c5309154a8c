// Whom my next free moment, or an hour of my calendar, is kept for.
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { At } from "../../shared/ui/Time";
import { customerWords } from "../../shared/words/customer";
import type { Desk } from "../documents";
import "./booking.css";

export function BookingList({ bookings }: { bookings: Desk["bookings"] }) {
  if (bookings.length === 0) return null;
  return (
    <section class="side">
      <div class="side-head">
        <h2>Kept for</h2>
      </div>
      <ul class="bookings">
        {bookings.map((one) => (
          <li key={one.id}>
            <Icon name={one.kind === "next" ? "user" : "clock"} size={14} />
            <span>
              {one.kind === "next" ? "Next" : "Later"}: <strong>
                <Name of={customerWords(one.customerName, one)} />
              </strong>, expected{" "}
              <At at={one.expectedAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
