// An offer over everything: who it is, how long there is, Enter accepts, Esc rejects at once.
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { nameIn } from "../../shared/lib/name";
import { useShortcut } from "../../shared/lib/shortcuts";
import { measuredWords } from "../../shared/lib/time";
import { Button } from "../../shared/ui/Button";
import { WordChip } from "../../shared/ui/Chip";
import { Dialog } from "../../shared/ui/Dialog";
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { CountdownRing } from "../../shared/ui/Time";
import { tell } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { channel } from "../../shared/words/state";
import { Away } from "../contact/Away";
import { whoOf } from "../contact/who";
import { PopSummary } from "../customer/PopSummary";
import { Accept, Reject, type Offer } from "../documents";
import { callForAttention } from "./attention";
import { markAnswered } from "./gone";
import "./offer.css";

/** An Enter that was meant for a text must not accept an offer that came in between. */
const TYPING_GUARD_MS = 800;

function isTyping(): boolean {
  const element = document.activeElement;
  return element instanceof HTMLTextAreaElement && element.value.trim() !== "";
}

export function OfferDialog({ offer }: { offer: Offer }) {
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
  }, []);

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
  // At once; why is asked afterwards.
  const reject = () => void send(() => act(Reject, { reservation: offer.reservation, reason: null }));
  useShortcut({ keys: "Enter", does: say("desk.offer.keys"), group: "dialog" }, () => accept(true));

  return (
    <Dialog
      title={
        <span class="offer-title">
          <Icon name={channel[offer.channel].icon} />
          {pop.callback ? say("desk.offer.callback") : channel[offer.channel].word} · <bdi>{pop.topicTitle}</bdi>
        </span>
      }
      onEscape={reject}
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
              <Away since={pop.customerAwaySince} />
              {pop.entitlement && <WordChip of={{ word: pop.entitlement.contractTitle, tone: "accent", icon: "shield" }} />}
              {pop.priority > 0 && <WordChip of={{ word: say("desk.offer.priority", { priority: pop.priority }), tone: "warn", icon: "star" }} />}
            </div>
          </div>
        </div>
        <PopSummary pop={pop} />
        <div class="offer-acts" ref={accepts}>
            <Button kind="good" icon="check" hint="Enter" busy={busy} onClick={(event) => accept(event.detail === 0)}>
              {say("desk.offer.accept")}
            </Button>
            <Button icon="x" hint="Escape" disabled={busy} onClick={reject}>
              {say("desk.offer.reject")}
            </Button>
          </div>
      </div>
    </Dialog>
  );
}
