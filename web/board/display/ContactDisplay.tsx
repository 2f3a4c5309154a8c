// A contact's display on the board: join it while they talk, replay it afterwards.
import { useEffect, useRef, useState } from "preact/hooks";
import { DisplayOf } from "../../shared/display/documents";
import { nameIn } from "../../shared/lib/name";
import type { Titles } from "../../shared/live/policy";
import { useQuery } from "../../shared/live/query";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { say } from "../../shared/words/say";
import { whoOf } from "../contact/telling";
import type { ContactDetail } from "../documents";
import type { Joined } from "./Beside";
import { Replay } from "./Replay";

/** Kinds of records that say that something was seen. */
const seen = new Set(["display.shared", "display.consented"]);

interface Props {
  detail: ContactDetail;
  titles: Titles;
  join: (page: Joined) => void;
}

export function ContactDisplay({ detail, titles, join }: Props) {
  const [replaying, setReplaying] = useState(false);
  const { row, timeline } = detail;
  const asked = timeline.filter((entry) => entry.kind.startsWith("display.")).length;
  const { data, again } = useQuery(DisplayOf, { contact: row.id });
  const answered = useRef(asked);
  useEffect(() => {
    if (answered.current !== asked) again();
    answered.current = asked;
  }, [asked]);
  const display = data?.display;
  const live = display != null && display.state !== "ENDED";
  const over = row.state === "COMPLETED" || row.state === "LEFT" || row.state === "WRAPPING";
  const customer = whoOf(detail);
  return (
    <>
      {live && (
        <Button small kind="primary" icon="eye" onClick={() => join({ contact: row.id, visit: display.visit, customer, agent: row.agentName })}>
          {say("board.display.join")}
        </Button>
      )}
      {over && timeline.some((entry) => seen.has(entry.kind)) && (
        <Button small icon="play" onClick={() => setReplaying(true)}>
          {say("board.display.replay")}
        </Button>
      )}
      {replaying && (
        <Dialog large title={say("board.replay.title", { name: nameIn(customer) })} onClose={() => setReplaying(false)}>
          <Replay detail={detail} titles={titles} display={display ?? undefined} />
        </Dialog>
      )}
    </>
  );
}
