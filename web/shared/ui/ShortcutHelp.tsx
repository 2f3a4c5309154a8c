// What `?` shows: every key that does something here and now.
import { useState } from "preact/hooks";
import { setSingleKeys, shortcuts, singleKeys, useShortcut } from "../lib/shortcuts";
import { IconButton } from "./Button";
import { Dialog } from "./Dialog";
import { Kbd } from "./Kbd";
import "./shortcut-help.css";

export function ShortcutHelp() {
  const [open, setOpen] = useState(false);
  useShortcut({ keys: "?", does: "Show these shortcuts", group: "Anywhere" }, () => setOpen(true));
  const groups = Map.groupBy(shortcuts.value, (one) => one.group);
  return (
    <>
      <IconButton icon="keyboard" label="Shortcuts (?)" onClick={() => setOpen(true)} />
      {open && (
        <Dialog title="Shortcuts" onClose={() => setOpen(false)}>
          {[...groups].map(([group, list]) => (
            <section key={group} class="shortcuts">
              <h3>{group}</h3>
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
          <p class="shortcuts-note">While you type, hold Alt with the key; Esc leaves the text.</p>
          <label class="shortcuts-switch">
            <input type="checkbox" checked={singleKeys.value} onChange={(event) => setSingleKeys(event.currentTarget.checked)} />
            Single keys act at once. Switch off if you dictate or type by accident.
          </label>
        </Dialog>
      )}
    </>
  );
}
