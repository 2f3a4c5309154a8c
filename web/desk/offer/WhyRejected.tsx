// Why an offer was rejected, asked afterwards: the customer is on the way to somebody else already.
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { CountdownRing } from "../../shared/ui/Time";
import { tell } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { presence } from "../../shared/words/state";
import { ExplainRejection, type Desk } from "../documents";
import "./offer.css";

interface Props {
  question: NonNullable<Desk["question"]>;
  reasons: Desk["rejections"];
  now: string;
}

export function WhyRejected({ question, reasons, now }: Props) {
  const [busy, setBusy] = useState(false);
  const [asked] = useState(now);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector("button")?.focus(), []);
  const explain = async (reason: string | null) => {
    setBusy(true);
    if (!tell(await act(ExplainRejection, { reservation: question.reservation, reason }))) setBusy(false);
  };
  return (
    <Dialog title={say("desk.why.title")} onEscape={() => void explain(null)}>
      <div class="offer-reasons" ref={list} aria-busy={busy}>
        <p class="why-words">
          <CountdownRing from={asked} until={question.until} size={36} />
          <span>
            {say("desk.why.what")} {say("desk.why.left")}
          </span>
        </p>
        <div>
          {reasons.map((one) => (
            <Button key={one.code} disabled={busy} onClick={() => void explain(one.code)}>
              {one.then == null ? one.title : say("desk.why.then", { reason: one.title, presence: presence[one.then].word })}
            </Button>
          ))}
        </div>
        <Button kind="quiet" hint="Escape" disabled={busy} onClick={() => void explain(null)}>
          {say("desk.why.none")}
        </Button>
      </div>
    </Dialog>
  );
}
