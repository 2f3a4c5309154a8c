// A call made by hand: the number to dial, and what came of it.
import { useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { useShortcut } from "../../shared/lib/shortcuts";
import { Button } from "../../shared/ui/Button";
import { Chip } from "../../shared/ui/Chip";
import { Icon, type IconName } from "../../shared/ui/Icon";
import { say, tell } from "../../shared/ui/Toast";
import { humanise, type Tone } from "../../shared/words/state";
import { ReportCall, type Link } from "../documents";
import "./phone.css";
import { inGroups } from "./number";

type Report = "RINGING" | "ANSWERED" | "NO_ANSWER" | "BUSY" | "VOICEMAIL";

const ended: { report: Report; label: string; icon: IconName; key: string }[] = [
  { report: "NO_ANSWER", label: "No answer", icon: "x", key: "n" },
  { report: "BUSY", label: "Busy", icon: "minus", key: "u" },
  { report: "VOICEMAIL", label: "Voicemail", icon: "mail", key: "v" },
];

/** `open`: the call is still to be made. */
export function ByHand({ link, open }: { link: Link; open: boolean }) {
  const [busy, setBusy] = useState(false);
  const dialling = open && link.state === "requested";
  const ringing = open && link.state === "ringing";
  const report = async (what: Report) => {
    setBusy(true);
    tell(await act(ReportCall, { link: link.id, report: what }));
    setBusy(false);
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.number ?? "");
      say("good", "The number is copied");
    } catch {
      say("warn", "The browser did not allow copying. Select the number and copy it by hand");
    }
  };
  useShortcut({ keys: "i", does: "I am calling", group: "This call", when: dialling }, () => void report("RINGING"));
  useShortcut({ keys: "y", does: "They answered", group: "This call", when: open }, () => void report("ANSWERED"));
  useShortcut({ keys: "n", does: "No answer", group: "This call", when: open }, () => void report("NO_ANSWER"));
  useShortcut({ keys: "u", does: "Busy", group: "This call", when: open }, () => void report("BUSY"));
  useShortcut({ keys: "v", does: "Voicemail", group: "This call", when: open }, () => void report("VOICEMAIL"));
  useShortcut({ keys: "g", does: "Copy the number", group: "This call", when: link.number != null }, () => void copy());

  return (
    <div class="phone" aria-busy={busy}>
      <div class="phone-card">
        <LinkChip state={link.state} />
        {link.number == null ? (
          <p class="phone-number phone-erased">The number was erased</p>
        ) : (
          <p class="phone-number tabular">{inGroups(link.number)}</p>
        )}
        {link.number != null && (
          <Button icon="copy" hint="g" small onClick={() => void copy()}>
            Copy
          </Button>
        )}
        {open && (
          <>
            <p class="phone-words">
              {dialling
                ? "Dial this number on your phone. Say here what comes of it; the customer sees it too."
                : "It rings. What came of it?"}
            </p>
            <div class="phone-acts">
              {dialling && (
                <Button kind="primary" icon="phone" hint="i" disabled={busy} onClick={() => void report("RINGING")}>
                  I am calling
                </Button>
              )}
              <Button kind={ringing ? "good" : "secondary"} icon="check" hint="y" disabled={busy} onClick={() => void report("ANSWERED")}>
                Answered
              </Button>
              {ended.map((one) => (
                <Button key={one.report} icon={one.icon} hint={one.key} disabled={busy} onClick={() => void report(one.report)}>
                  {one.label}
                </Button>
              ))}
            </div>
          </>
        )}
        {!open && (
          <p class="phone-words">
            <Icon name="phone" size={14} /> Made by hand, on your own phone.
          </p>
        )}
      </div>
    </div>
  );
}

function LinkChip({ state }: { state: string }) {
  const tones: Record<string, { word: string; tone: Tone; icon: IconName }> = {
    requested: { word: "To call", tone: "info", icon: "phone" },
    ringing: { word: "Ringing", tone: "info", icon: "bell" },
    answered: { word: "On the phone", tone: "good", icon: "talk" },
    connected: { word: "On the phone", tone: "good", icon: "talk" },
    held: { word: "On hold", tone: "warn", icon: "pause" },
  };
  const known = tones[state] ?? { word: humanise(state), tone: "idle" as const, icon: "minus" as const };
  return <Chip word={known.word} tone={known.tone} icon={known.icon} />;
}
