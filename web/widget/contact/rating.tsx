// How the talk was, in one to five stars.
import { say } from "../../shared/words/say";
import type { Acts } from "../page";
import { Icon } from "../parts/icon";

/** `id` is what is put away: the contact, or the callback that it carried out. */
export function Rating({ id, contact, rated, acts }: { id: string; contact: string; rated: number | null; acts: Acts }) {
  return (
    <div class="rating">
      {rated === null ? (
        <fieldset>
          <legend>{say("widget.rating.title")}</legend>
          <div class="stars">
            {[1, 2, 3, 4, 5].map((stars) => (
              <button key={stars} type="button" aria-label={say("widget.rating.stars", { count: stars })} onClick={() => acts.rate(contact, stars)}>
                <Icon name="star" />
              </button>
            ))}
          </div>
        </fieldset>
      ) : (
        <p role="status">{say("widget.rating.thanks", { count: rated })}</p>
      )}
      <button type="button" class="quiet" onClick={() => acts.putAway(id)}>
        {rated === null ? say("widget.rating.no") : say("widget.rating.close")}
      </button>
    </div>
  );
}
