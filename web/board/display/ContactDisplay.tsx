// A contact's display on the board: join it while they talk, replay it afterwards.
import { useEffect, useRef, useState } from "preact/hooks";
import { DisplayOf } from "../../shared/display/documents";
import { DisplayPane } from "../../shared/display/Pane";
import { useQuery } from "../../shared/live/query";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import type { ContactDetail } from "../documents";
import { Replay } from "./Replay";

/** Kinds of records that say that something was seen. */
const seen = new Set(["display.shared", "display.consented"]);

export function ContactDisplay({ detail }: { detail: ContactDetail }) {
  const [open, setOpen] = useState<"join" | "replay">();
  const { row, pop, timeline } = detail;
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
  const customer = pop.customerName ?? "The visitor";
  const close = () => setOpen(undefined);
  return (
    <>
      {live && (
        <Button small kind="primary" icon="eye" onClick={() => setOpen("join")}>
          Join the display
        </Button>
      )}
      {over && timeline.some((entry) => seen.has(entry.kind)) && (
        <Button small icon="play" onClick={() => setOpen("replay")}>
          Replay
        </Button>
      )}
      {open === "join" && display && (
        <Dialog large title={`What ${customer} sees`} onClose={close}>
          <DisplayPane contact={row.id} visit={display.visit} customer={customer} as="supervisor" group="Dialog" />
        </Dialog>
      )}
      {open === "replay" && (
        <Dialog large title={`Replay: ${customer}`} onClose={close}>
          <Replay detail={detail} display={display ?? undefined} />
        </Dialog>
      )}
    </>
  );
}
