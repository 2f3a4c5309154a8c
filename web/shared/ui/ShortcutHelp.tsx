// What `?` shows: every key that does something here and now.
import { useState } from "preact/hooks";
import { setSingleKeys, shortcuts, singleKeys, useShortcut } from "../lib/shortcuts";
import { say } from "../words/say";
import { IconButton } from "./Button";
import { Dialog } from "./Dialog";
import { Kbd } from "./Kbd";
import "./shortcut-help.css";

export function ShortcutHelp() {
  const [open, setOpen] = useState(false);
  useShortcut({ keys: "?", does: say("staff.keys.show"), group: "anywhere" }, () => setOpen(true));
  const groups = Map.groupBy(shortcuts.value, (one) => one.group);
  return (
    <>
      <IconButton icon="keyboard" label={say("staff.keys.button")} onClick={() => setOpen(true)} />
      {open && (
        <Dialog title={say("staff.keys.title")} onClose={() => setOpen(false)}>
          {[...groups].map(([group, list]) => (
            <section key={group} class="shortcuts">
              <h3>{say(`staff.keys.group.${group}`)}</h3>
              <dl>
                {list.map(({ keys, does }) => (
                  <div key={keys + does}>
                    <dt>{does}</dt>
                    <dd>
                      <Kbd keys={keys} />
                      <span class="visually-hidden">{keys}</span>
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
          <p class="shortcuts-note">{say("staff.keys.typing")}</p>
          <label class="shortcuts-switch">
            <input type="checkbox" checked={singleKeys.value} onChange={(event) => setSingleKeys(event.currentTarget.checked)} />
            {say("staff.keys.single")}
          </label>
        </Dialog>
      )}
    </>
  );
}
