// Whom my next free moment, or an hour of my calendar, is kept for.
import { exactWords, timeWords } from "../../shared/lib/time";
import { now } from "../../shared/live/clock";
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { customerWords } from "../../shared/words/customer";
import { say } from "../../shared/words/say";
import type { Desk } from "../documents";
import "./booking.css";

export function BookingList({ bookings }: { bookings: Desk["bookings"] }) {
  if (bookings.length === 0) return null;
  return (
    <section class="side">
      <div class="side-head">
        <h2>{say("desk.booked.title")}</h2>
      </div>
      <ul class="bookings">
        {bookings.map((one) => (
          <li key={one.id}>
            <Icon name={one.kind === "next" ? "user" : "clock"} size={14} />
            <span class="lines-main" title={exactWords(one.expectedAt)}>
              <strong class="truncate">
                <Name of={customerWords(one.customerName, one)} />
              </strong>
              <span>{say(one.kind === "next" ? "desk.booked.next" : "desk.booked.later", { time: timeWords(one.expectedAt, new Date(now.value)) })}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
