// Changing my presence; coming from offline signs on to the site first.
import { act } from "../../shared/graphql/act";
import { tell } from "../../shared/ui/Toast";
import { SetPresence, SignOff, SignOn, type Desk, type Presence } from "../documents";

export async function changePresence(me: Desk["me"], to: Presence, reason: string | null = null): Promise<void> {
  const here = me.presence !== "OFFLINE" || tell(await act(SignOn, {}));
  if (here) tell(await act(SetPresence, { presence: to, reason }));
}

/** Answers whether I am off the site now. */
export async function leaveSite(me: Desk["me"]): Promise<boolean> {
  return me.presence === "OFFLINE" || tell(await act(SignOff, {}));
}
