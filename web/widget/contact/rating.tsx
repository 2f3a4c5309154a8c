// How the talk was, in one to five stars.
import { Icon } from "../parts/icon";
import type { Acts } from "../page";
import type { OwnContact } from "../door/documents";
import { say } from "../../shared/words/say";

export function Rating({ contact, acts }: { contact: OwnContact; acts: Acts }) {
  return (
    <div class="rating">
      {contact.rated === null ? (
        <fieldset>
          <legend>{say("widget.rating.title")}</legend>
          <div class="stars">
            {[1, 2, 3, 4, 5].map((stars) => (
              <button key={stars} type="button" aria-label={say("widget.rating.stars", { count: stars })} onClick={() => acts.rate(contact.id, stars)}>
                <Icon name="star" />
              </button>
            ))}
          </div>
        </fieldset>
      ) : (
        <p role="status">{say("widget.rating.thanks", { count: contact.rated })}</p>
      )}
      <button type="button" class="quiet" onClick={() => acts.putAway(contact.id)}>
        {contact.rated === null ? say("widget.rating.no") : say("widget.rating.close")}
      </button>
    </div>
  );
}
