// What ended or changed without the customer's doing, until it has been seen.
import { say } from "../../shared/words/say";
import type { Acts } from "../page";

/** `id` is what is put away. */
export function Ended({ id, why, acts }: { id: string; why: string; acts: Acts }) {
  return (
    <div class="ended" role="status">
      <p>{why}</p>
      <button type="button" class="quiet" onClick={() => acts.putAway(id)}>
        {say("widget.ended.seen")}
      </button>
    </div>
  );
}
