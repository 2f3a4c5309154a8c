// A call made by hand: the number to dial, and what came of it.
import { useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { useShortcut } from "../../shared/lib/shortcuts";
import { Button } from "../../shared/ui/Button";
import { Chip } from "../../shared/ui/Chip";
import { Icon, type IconName } from "../../shared/ui/Icon";
import { notify, tell } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { humanise, type Tone } from "../../shared/words/state";
import { ReportCall, type Link } from "../documents";
import "./phone.css";
import { inGroups } from "./number";

type Report = "RINGING" | "ANSWERED" | "NO_ANSWER" | "BUSY" | "VOICEMAIL";

const ended: { report: Exclude<Report, "RINGING" | "ANSWERED">; icon: IconName; key: string }[] = [
  { report: "NO_ANSWER", icon: "x", key: "n" },
  { report: "BUSY", icon: "minus", key: "u" },
  { report: "VOICEMAIL", icon: "mail", key: "v" },
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
      notify("good", say("desk.call.copied"));
    } catch {
      notify("warn", say("desk.call.copyFailed"));
    }
  };
  useShortcut({ keys: "i", does: say("desk.call.keys.calling"), group: "call", when: dialling }, () => void report("RINGING"));
  useShortcut({ keys: "y", does: say("desk.call.keys.answered"), group: "call", when: open }, () => void report("ANSWERED"));
  useShortcut({ keys: "n", does: say("desk.call.report.NO_ANSWER"), group: "call", when: open }, () => void report("NO_ANSWER"));
  useShortcut({ keys: "u", does: say("desk.call.report.BUSY"), group: "call", when: open }, () => void report("BUSY"));
  useShortcut({ keys: "v", does: say("desk.call.report.VOICEMAIL"), group: "call", when: open }, () => void report("VOICEMAIL"));
  useShortcut({ keys: "g", does: say("desk.call.keys.copy"), group: "call", when: link.number != null }, () => void copy());

  return (
    <div class="phone" aria-busy={busy}>
      <div class="phone-card">
        <LinkChip state={link.state} />
        {link.number == null ? (
          <p class="phone-number phone-erased">{say("desk.call.erased")}</p>
        ) : (
          <p class="phone-number tabular">{inGroups(link.number)}</p>
        )}
        {link.number != null && (
          <Button icon="copy" hint="g" small onClick={() => void copy()}>
            {say("desk.call.copy")}
          </Button>
        )}
        {open && (
          <>
            <p class="phone-words">
              {dialling
                ? say("desk.call.dial")
                : say("desk.call.rings")}
            </p>
            <div class="phone-acts">
              {dialling && (
                <Button kind="primary" icon="phone" hint="i" disabled={busy} onClick={() => void report("RINGING")}>
                  {say("desk.call.calling")}
                </Button>
              )}
              <Button kind={ringing ? "good" : "secondary"} icon="check" hint="y" disabled={busy} onClick={() => void report("ANSWERED")}>
                {say("desk.call.answered")}
              </Button>
              {ended.map((one) => (
                <Button key={one.report} icon={one.icon} hint={one.key} disabled={busy} onClick={() => void report(one.report)}>
                  {say(`desk.call.report.${one.report}`)}
                </Button>
              ))}
            </div>
          </>
        )}
        {!open && (
          <p class="phone-words">
            <Icon name="phone" size={14} /> {say("desk.call.byHand")}
          </p>
        )}
      </div>
    </div>
  );
}

function LinkChip({ state }: { state: string }) {
  const tones: Record<string, { word: string; tone: Tone; icon: IconName }> = {
    requested: { word: say("desk.call.state.requested"), tone: "info", icon: "phone" },
    ringing: { word: say("desk.call.state.ringing"), tone: "info", icon: "bell" },
    answered: { word: say("desk.call.state.answered"), tone: "good", icon: "talk" },
    connected: { word: say("desk.call.state.connected"), tone: "good", icon: "talk" },
    held: { word: say("desk.call.state.held"), tone: "warn", icon: "pause" },
  };
  const known = tones[state] ?? { word: humanise(state), tone: "idle" as const, icon: "minus" as const };
  return <Chip word={known.word} tone={known.tone} icon={known.icon} />;
}
