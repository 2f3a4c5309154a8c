// One earlier contact: what was noted and written, and the page as it was, if the customer agreed to that.
import { useState } from "preact/hooks";
import { Replay } from "../../board/display/Replay";
import { ContactLive, type ContactDetail } from "../../board/documents";
import { DisplayOf } from "../../shared/display/documents";
import { nameIn } from "../../shared/lib/name";
import { timeWords } from "../../shared/lib/time";
import type { Titles } from "../../shared/live/policy";
import { useQuery } from "../../shared/live/query";
import { useSubscription } from "../../shared/live/subscription";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { Said } from "../../shared/ui/Said";
import { Empty, Failed, Loading } from "../../shared/ui/States";
import { say } from "../../shared/words/say";
import { Written } from "../chat/Written";
import type { Earlier } from "../documents";

interface Props {
  earlier: Earlier;
  customer: string;
  titles: Titles;
  close: () => void;
}

export function EarlierContact({ earlier, customer, titles, close }: Props) {
  const { row, notes, canReplay } = earlier;
  const live = useSubscription(ContactLive, { id: row.id }, (_: ContactDetail | null | undefined, { contact }): ContactDetail | null => contact);
  const [replaying, setReplaying] = useState(false);
  const { value: detail, error } = live.value;
  return (
    <Dialog drawer title={say("desk.earlier.title", { topic: nameIn(row.topicTitle), time: timeWords(row.queuedAt) })} onClose={close}>
      <div class="earlier-one">
        {canReplay && detail && (
          <Button icon="play" onClick={() => setReplaying(true)}>
            {say("desk.earlier.replay")}
          </Button>
        )}
        {notes != null && (
          <section>
            <h3>{say("desk.earlier.notes")}</h3>
            <p class="earlier-text" dir="auto">
              <Said text={notes} />
            </p>
          </section>
        )}
        {detail ? (
          <section>
            <h3>{say("desk.earlier.transcript")}</h3>
            {detail.transcript.length === 0 ? (
              <p class="side-note">{say("desk.earlier.noMessages")}</p>
            ) : (
              <Written messages={detail.transcript} customer={customer} agent={nameIn(row.agentName, say("desk.agent"))} />
            )}
          </section>
        ) : detail === null ? (
          <Empty icon="history" title={say("desk.earlier.gone.title")}>
            {say("desk.earlier.gone.what")}
          </Empty>
        ) : error ? (
          <Failed error={error} />
        ) : (
          <Loading label={say("desk.earlier.opening")} lines={5} />
        )}
      </div>
      {replaying && detail && <ReplayDialog detail={detail} customer={customer} titles={titles} close={() => setReplaying(false)} />}
    </Dialog>
  );
}

function ReplayDialog({ detail, customer, titles, close }: { detail: ContactDetail; customer: string; titles: Titles; close: () => void }) {
  const { data } = useQuery(DisplayOf, { contact: detail.row.id });
  return (
    <Dialog large title={say("desk.earlier.replayTitle", { name: nameIn(customer) })} onClose={close}>
      <Replay detail={detail} titles={titles} display={data?.display ?? undefined} />
    </Dialog>
  );
}
