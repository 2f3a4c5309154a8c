// The customer's browser is gone: said wherever the customer is.
import { ageWords } from "../../shared/lib/time";
import { now } from "../../shared/live/clock";
import { Chip } from "../../shared/ui/Chip";
import { say } from "../../shared/words/say";

export function Away({ since }: { since: string | null }) {
  if (since === null) return null;
  return <Chip word={say("staff.customer.away", { age: ageWords(now.value - Date.parse(since)) })} tone="warn" icon="unlink" />;
}
