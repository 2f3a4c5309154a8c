// How long it may take, what that rests on, and who is kept for the customer.
import type { Booked, ExpectedWait } from "../door/documents";
import { say } from "../../shared/words/say";
import { clockTime, inWords, minutesOf, when } from "../time";

/** What is waited for. */
export type Medium = "chat" | "call";

/** What the estimate rests on. */
export function estimate({ recent }: ExpectedWait, medium: Medium): string {
  if (recent > 0) return medium === "chat" ? say("widget.wait.recent.chat", { count: recent }) : say("widget.wait.recent.call", { count: recent });
  return medium === "chat" ? say("widget.wait.planned.chat") : say("widget.wait.planned.call");
}

function band({ lowSeconds, highSeconds }: ExpectedWait): string | null {
  const [low, high] = [minutesOf(lowSeconds), minutesOf(highSeconds)];
  if (low === high || high >= 60) return null;
  return low < 1 ? say("widget.wait.up_to", { count: high }) : say("widget.wait.between", { low, count: high });
}

export function Wait({ wait, medium }: { wait: ExpectedWait; medium: Medium }) {
  return (
    <div class="wait">
      <p class="big">{inWords(wait.seconds)}</p>
      <p class="fine">
        {band(wait)} {estimate(wait, medium)}
      </p>
    </div>
  );
}

/** `Noor will be with you at about 17:16`. */
export function expected({ agentName: name, expectedAt }: Booked, medium: Medium): string {
  return medium === "chat" ? say("widget.booked.chat", { name, time: clockTime(expectedAt) }) : say("widget.booked.call", { name, when: when(expectedAt) });
}

export function position(place: number | null): string | null {
  if (place === null) return null;
  return place <= 1 ? say("widget.place.next") : say("widget.place.number", { place });
}
