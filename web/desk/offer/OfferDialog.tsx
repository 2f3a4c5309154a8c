// An offer over everything: who it is, how long there is, Enter accepts, Esc rejects with a reason.
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { nameIn } from "../../shared/lib/name";
import { useShortcut } from "../../shared/lib/shortcuts";
import { measuredWords } from "../../shared/lib/time";
import { now } from "../../shared/live/clock";
import { Button } from "../../shared/ui/Button";
import { WordChip } from "../../shared/ui/Chip";
import { Dialog } from "../../shared/ui/Dialog";
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { CountdownRing } from "../../shared/ui/Time";
import { tell } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { channel } from "../../shared/words/state";
import { whoOf } from "../contact/who";
import { PopSummary } from "../customer/PopSummary";
import { Accept, Reject, type Desk, type Offer } from "../documents";
import { callForAttention } from "./attention";
import { markAnswered } from "./gone";
import "./offer.css";

/** Whoever looks for a reason has refused: before the offer would count as missed it is rejected without one. */
const REJECT_LEFT_MS = 1_500;
/** An Enter that was meant for a text must not accept an offer that came in between. */
const TYPING_GUARD_MS = 800;

function isTyping(): boolean {
  const element = document.activeElement;
  return element instanceof HTMLTextAreaElement && element.value.trim() !== "";
}

export function OfferDialog({ offer, reasons }: { offer: Offer; reasons: Desk["reasons"] }) {
  const [rejecting, setRejecting] = useState(false);
  const [busy, setBusy] = useState(false);
  const accepts = useRef<HTMLDivElement>(null);
  const shownAt = useRef(Date.now());
  const typing = useRef<boolean>(undefined);
  typing.current ??= isTyping();
  const { pop } = offer;
  const who = whoOf(offer);
  useEffect(() => callForAttention(say("desk.offer.title", { name: nameIn(who) })), [who]);
  useEffect(() => {
    accepts.current?.querySelector("button")?.focus();
  }, [rejecting]);

  const send = async (what: () => ReturnType<typeof act>) => {
    if (busy) return;
    setBusy(true);
    const forget = markAnswered(offer.reservation);
    if (!tell(await what())) {
      forget();
      setBusy(false);
    }
  };
  const accept = (byKey: boolean) => {
    if (byKey && typing.current && Date.now() - shownAt.current < TYPING_GUARD_MS) return;
    void send(() => act(Accept, { reservation: offer.reservation }));
  };
  const reject = (reason: string | null) => void send(() => act(Reject, { reservation: offer.reservation, reason }));
  const late = Date.parse(offer.until) - now.value < REJECT_LEFT_MS;
  useEffect(() => {
    if (rejecting && late) reject(null);
  }, [rejecting, late]);
  useShortcut({ keys: "Enter", does: say("desk.offer.keys"), group: "dialog", when: !rejecting }, () => accept(true));

  return (
    <Dialog
      title={
        <span class="offer-title">
          <Icon name={channel[offer.channel].icon} />
          {pop.callback ? say("desk.offer.callback") : channel[offer.channel].word} · <bdi>{pop.topicTitle}</bdi>
        </span>
      }
      onEscape={() => setRejecting(!rejecting)}
    >
      <div class="offer">
        <div class="offer-who">
          <CountdownRing from={offer.offeredAt} until={offer.until} />
          <div class="offer-name">
            <p class="offer-customer">
              <Name of={who} />
            </p>
            <p class="side-note">
              {say("desk.offer.waited", {
                who: pop.signedIn ? say("desk.offer.signedIn") : say("desk.offer.notSignedIn"),
                time: measuredWords(pop.waitedSeconds),
              })}
            </p>
            <div class="offer-chips">
              <WordChip of={channel[offer.channel]} />
              {pop.entitlement && <WordChip of={{ word: pop.entitlement.contractTitle, tone: "accent", icon: "shield" }} />}
              {pop.priority > 0 && <WordChip of={{ word: say("desk.offer.priority", { priority: pop.priority }), tone: "warn", icon: "star" }} />}
            </div>
          </div>
        </div>
        <PopSummary pop={pop} />
        {rejecting ? (
          <div class="offer-reasons" ref={accepts}>
            <p>{say("desk.offer.why")}</p>
            <p class="side-note">{say("desk.offer.whyNot")}</p>
            <div>
              {reasons.map((one) => (
                <Button key={one.code} disabled={busy} onClick={() => reject(one.code)}>
                  {one.title}
                </Button>
              ))}
              <Button disabled={busy} onClick={() => reject(null)}>
                {say("desk.offer.noReason")}
              </Button>
            </div>
            <Button kind="quiet" hint="Escape" onClick={() => setRejecting(false)}>
              {say("desk.offer.back")}
            </Button>
          </div>
        ) : (
          <div class="offer-acts" ref={accepts}>
            <Button kind="good" icon="check" hint="Enter" busy={busy} onClick={(event) => accept(event.detail === 0)}>
              {say("desk.offer.accept")}
            </Button>
            <Button icon="x" hint="Escape" disabled={busy} onClick={() => setRejecting(true)}>
              {say("desk.offer.reject")}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}
