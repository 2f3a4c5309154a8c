// Who I am, my presence with its reason, and what routing makes of it.
import { useState } from "preact/hooks";
import { useShortcut } from "../../shared/lib/shortcuts";
import { Button } from "../../shared/ui/Button";
import { WordChip } from "../../shared/ui/Chip";
import { Icon } from "../../shared/ui/Icon";
import { Menu } from "../../shared/ui/Menu";
import { Person } from "../../shared/ui/Person";
import { Age } from "../../shared/ui/Time";
import { channel, humanise, presence as words, routingStatus } from "../../shared/words/state";
import type { Desk, Presence } from "../documents";
import { setSound, sound } from "../offer/attention";
import "./me.css";
import { changePresence, leaveSite } from "./presence";

const choices: Presence[] = ["AVAILABLE", "AWAY", "BREAK", "MEAL", "MEETING", "TRAINING", "BUSY"];

export function Me({ desk }: { desk: Desk }) {
  const { me, reasons } = desk;
  const [summon, setSummon] = useState(0);
  const [busy, setBusy] = useState(false);

  const change = async (to: Presence, reason: string | null = null) => {
    setBusy(true);
    await changePresence(me, to, reason);
    setBusy(false);
  };
  const leave = async () => {
    setBusy(true);
    await leaveSite(me);
    setBusy(false);
  };

  useShortcut({ keys: "p", does: "Choose your presence", group: "Presence" }, () => setSummon((n) => n + 1));
  useShortcut({ keys: "a", does: "Become available", group: "Presence" }, () => void change("AVAILABLE"));
  useShortcut({ keys: "b", does: "Take a break", group: "Presence" }, () => void change("BREAK"));

  const now = words[me.presence];
  const away = me.presence !== "AVAILABLE" && me.presence !== "OFFLINE";
  const reasonTitle = reasons.find((one) => one.code === me.reason)?.title ?? (me.reason ? humanise(me.reason) : undefined);
  return (
    <section class="side me" aria-busy={busy}>
      <div class="me-who">
        <Person name={me.name} large />
        <div>
          <h2 class="truncate">{me.name ?? "Agent"}</h2>
          <p class="side-note truncate">{me.skills.map((skill) => `${humanise(skill.name)} ${skill.level}`).join(" · ")}</p>
        </div>
      </div>
      <div class="me-presence">
        <Menu
          label="Presence"
          summon={summon}
          items={[
            ...choices.map((one) => ({
              label: words[one].word,
              icon: words[one].icon,
              checked: me.presence === one,
              run: () => void change(one),
            })),
            ...(me.presence === "OFFLINE" ? [] : [{ label: "End the shift", icon: "power" as const, apart: true, run: () => void leave() }]),
          ]}
        >
          <span class={`me-dot me-dot-${now.tone}`} />
          <Icon name={now.icon} size={14} />
          <strong>{now.word}</strong>
        </Menu>
        {(me.presence !== "AVAILABLE" || me.status === "NOT_RESPONDING") && (
          <Button kind="good" icon="check" hint="a" disabled={busy} onClick={() => void change("AVAILABLE")}>
            {me.presence === "AVAILABLE" ? "I am back" : "Available"}
          </Button>
        )}
      </div>
      {away && reasons.length > 0 && (
        <div class="me-line">
          <span>Reason</span>
          <Menu
            label="Reason"
            small
            quiet
            items={[
              ...reasons.map((one) => ({
                label: one.title,
                checked: me.reason === one.code,
                run: () => void change(me.presence, one.code),
              })),
              { label: "No reason", checked: me.reason == null, run: () => void change(me.presence) },
            ]}
          >
            {reasonTitle ?? "Choose"}
          </Menu>
        </div>
      )}
      {me.deferred && (
        <p class="me-deferred">
          <Icon name="clock" size={14} />
          {words[me.deferred].word} as soon as you are free.
        </p>
      )}
      {me.deviceLost && (
        <p class="me-deferred">
          <Icon name="unlink" size={14} />
          The server lost this desk for a moment.
        </p>
      )}
      <dl class="me-facts">
        <div>
          <dt>Routing</dt>
          <dd>
            <WordChip of={routingStatus[me.status]} />
            <span class="side-note">
              <Age since={me.since} exact />
            </span>
          </dd>
        </div>
        <div>
          <dt>Capacity</dt>
          <dd class="me-capacity">
            {me.capacity.map((one) => (
              <span key={one.channel} title={`${one.max} at a time by ${channel[one.channel].word.toLowerCase()}`}>
                <Icon name={channel[one.channel].icon} size={14} label={channel[one.channel].word} />
                {one.max}
              </span>
            ))}
          </dd>
        </div>
      </dl>
      <label class="me-sound">
        <input type="checkbox" checked={sound.value} onChange={(event) => setSound(event.currentTarget.checked)} />
        Sound when an offer comes
      </label>
    </section>
  );
}
