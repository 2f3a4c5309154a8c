// Who I am, my presence with its reason, and what routing makes of it.
import { useState } from "preact/hooks";
import { useShortcut } from "../../shared/lib/shortcuts";
import { Button } from "../../shared/ui/Button";
import { WordChip } from "../../shared/ui/Chip";
import { Icon } from "../../shared/ui/Icon";
import { Menu } from "../../shared/ui/Menu";
import { Name } from "../../shared/ui/Name";
import { Person } from "../../shared/ui/Person";
import { Age } from "../../shared/ui/Time";
import { say } from "../../shared/words/say";
import { channel, humanise, presence as words, routingStatus } from "../../shared/words/state";
import type { Desk, Presence } from "../documents";
import { setSound, sound } from "../offer/attention";
import "./me.css";
import { changePresence, leaveSite } from "./presence";

const choices: Presence[] = ["AVAILABLE", "AWAY", "BREAK", "MEAL", "MEETING", "TRAINING", "BUSY"];

export function Me({ desk }: { desk: Desk }) {
  const { me, reasons, rejections } = desk;
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

  useShortcut({ keys: "p", does: say("desk.keys.presence"), group: "presence" }, () => setSummon((n) => n + 1));
  useShortcut({ keys: "a", does: say("desk.keys.available"), group: "presence" }, () => void change("AVAILABLE"));
  useShortcut({ keys: "b", does: say("desk.keys.break"), group: "presence" }, () => void change("BREAK"));

  const now = words[me.presence];
  const skills = me.skills.map((skill) => `${humanise(skill.name)} ${skill.level}`).join(" · ");
  const away = me.presence !== "AVAILABLE" && me.presence !== "OFFLINE";
  const reasonTitle = [...reasons, ...rejections].find((one) => one.code === me.reason)?.title ?? (me.reason ? humanise(me.reason) : undefined);
  return (
    <section class="side me" aria-busy={busy}>
      <div class="me-who">
        <Person name={me.name} large />
        <div>
          <h2 class="truncate">
            <Name of={me.name} or={say("desk.me.name")} />
          </h2>
          <p class="side-note truncate" title={skills}>
            {skills}
          </p>
        </div>
      </div>
      <div class="me-presence">
        <Menu
          label={say("desk.me.presence")}
          summon={summon}
          items={[
            ...choices.map((one) => ({
              label: words[one].word,
              icon: words[one].icon,
              checked: me.presence === one,
              run: () => void change(one),
            })),
            ...(me.presence === "OFFLINE" ? [] : [{ label: say("desk.me.end"), icon: "power" as const, apart: true, run: () => void leave() }]),
          ]}
        >
          <span class={`me-dot me-dot-${now.tone}`} />
          <Icon name={now.icon} size={14} />
          <strong>{now.word}</strong>
        </Menu>
        {(me.presence !== "AVAILABLE" || me.status === "NOT_RESPONDING") && (
          <Button kind="good" icon="check" hint="a" disabled={busy} onClick={() => void change("AVAILABLE")}>
            {me.presence === "AVAILABLE" ? say("desk.me.back") : say("desk.me.available")}
          </Button>
        )}
      </div>
      {away && reasons.length > 0 && (
        <div class="me-line">
          <span>{say("desk.me.reason")}</span>
          <Menu
            label={say("desk.me.reason")}
            small
            quiet
            items={[
              ...reasons.map((one) => ({
                label: one.title,
                checked: me.reason === one.code,
                run: () => void change(me.presence, one.code),
              })),
              { label: say("desk.me.reason.none"), checked: me.reason == null, run: () => void change(me.presence) },
            ]}
          >
            {reasonTitle ?? say("desk.me.reason.choose")}
          </Menu>
        </div>
      )}
      {me.deferred && (
        <p class="me-deferred">
          <Icon name="clock" size={14} />
          {say("desk.me.deferred", { presence: words[me.deferred].word })}
        </p>
      )}
      {me.deviceLost && (
        <p class="me-deferred">
          <Icon name="unlink" size={14} />
          {say("desk.me.lost")}
        </p>
      )}
      <dl class="me-facts">
        <div>
          <dt>{say("desk.me.routing")}</dt>
          <dd>
            <WordChip of={routingStatus[me.status]} />
            <span class="side-note">
              <Age since={me.since} exact />
            </span>
          </dd>
        </div>
        <div>
          <dt>{say("desk.me.capacity")}</dt>
          <dd class="me-capacity">
            {me.capacity.map((one) => (
              <span key={one.channel} title={say("desk.me.capacity.one", { count: one.max, channel: channel[one.channel].word.toLowerCase() })}>
                <Icon name={channel[one.channel].icon} size={14} label={channel[one.channel].word} />
                {one.max}
              </span>
            ))}
          </dd>
        </div>
      </dl>
      <label class="me-sound">
        <input type="checkbox" checked={sound.value} onChange={(event) => setSound(event.currentTarget.checked)} />
        {say("desk.me.sound")}
      </label>
    </section>
  );
}
