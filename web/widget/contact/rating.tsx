// How the talk was, in one to five stars.
import { Icon } from "../parts/icon";
import type { Acts } from "../page";
import type { OwnContact } from "../door/documents";

export function Rating({ contact, acts }: { contact: OwnContact; acts: Acts }) {
  return (
    <div class="rating">
      {contact.rated === null ? (
        <fieldset>
          <legend>How was it?</legend>
          <div class="stars">
            {[1, 2, 3, 4, 5].map((stars) => (
              <button key={stars} type="button" aria-label={`${stars} of 5 stars`} onClick={() => acts.rate(contact.id, stars)}>
                <Icon name="star" />
              </button>
            ))}
          </div>
        </fieldset>
      ) : (
        <p role="status">Thank you: {contact.rated} of 5 stars.</p>
      )}
      <button type="button" class="quiet" onClick={() => acts.putAway(contact.id)}>
        {contact.rated === null ? "No, thank you" : "Close"}
      </button>
    </div>
  );
}
