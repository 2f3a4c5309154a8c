// The address of the page that all see: another one can be opened for everybody.
import { useEffect, useId, useState } from "preact/hooks";
import { act } from "../graphql/act";
import { Button, IconButton } from "../ui/Button";
import { Chip } from "../ui/Chip";
import { notify, tell } from "../ui/Toast";
import { say } from "../words/say";
import { EndTogether, PushPage, type Display } from "./documents";
import type { Act } from "./protocol";
import { wayOf } from "./words";

export interface KnownPage {
  url: string;
  title: string;
}

interface Props {
  display: Display;
  /** What is mirrored now. */
  url: string | undefined;
  title: string | undefined;
  /** Pages that could be opened, newest first. */
  known: readonly KnownPage[];
  origins: readonly string[];
  mayPush: boolean;
  /** Back and reload are remote control. */
  mayControl: boolean;
  act: (act: Act) => void;
}

export function AddressBar({ display, url, title, known, origins, mayPush, mayControl, act: doThere }: Props) {
  const together = display.way === "TOGETHER";
  const here = (together ? display.url : url) ?? "";
  const [text, setText] = useState(here);
  const [editing, setEditing] = useState(false);
  const [busy, setBusy] = useState(false);
  const list = useId();
  useEffect(() => {
    if (!editing) setText(here);
  }, [here, editing]);

  const push = async () => {
    const to = addressFrom(text, here, origins);
    if (to === undefined) {
      notify("warn", say("view.address.wrong", { origins: origins.join(say("view.address.or")) }));
      return;
    }
    setBusy(true);
    const done = tell(await act(PushPage, { display: display.id, url: to }));
    setBusy(false);
    if (done) setEditing(false);
  };
  const changed = editing && text.trim() !== here;
  const words = wayOf(display.way);
  return (
    <form
      class="address"
      aria-label={say("view.address.page")}
      onSubmit={(event) => {
        event.preventDefault();
        void push();
      }}
    >
      <IconButton small icon="back" label={mayControl ? say("view.address.back") : say("view.address.backControl")} disabled={!mayControl} onClick={() => doThere({ kind: "back" })} />
      <IconButton small icon="refresh" label={mayControl ? say("view.address.reload") : say("view.address.reloadControl")} disabled={!mayControl} onClick={() => doThere({ kind: "reload" })} />
      <input
        class="input"
        aria-label={say("view.address.label")}
        title={title}
        list={list}
        value={text}
        readOnly={!mayPush}
        spellcheck={false}
        autocomplete="off"
        onFocus={(event) => {
          setEditing(mayPush);
          event.currentTarget.select();
        }}
        onBlur={() => text.trim() === here && setEditing(false)}
        onInput={(event) => {
          // Also where the focus has stayed after the page before.
          setEditing(mayPush);
          setText(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          setEditing(false);
          event.currentTarget.blur();
        }}
      />
      <datalist id={list}>
        {known.map((page) => (
          <option key={page.url} value={page.url}>
            {page.title}
          </option>
        ))}
      </datalist>
      {changed ? (
        <Button small kind="primary" type="submit" busy={busy} disabled={busy}>
          {say("view.address.open")}
        </Button>
      ) : (
        <Chip word={words.word} tone={words.tone} icon={words.icon} title={words.what} />
      )}
      {together && mayPush && !changed && (
        <Button small onClick={() => void act(EndTogether, { display: display.id }).then(tell)}>
          {say("view.address.home")}
        </Button>
      )}
      {!together && <Pushed display={display} />}
    </form>
  );
}

/** What became of the page that was opened last. */
function Pushed({ display: { push } }: { display: Display }) {
  if (push === null || push.by === "CUSTOMER" || push.state === "FOLLOWED") return null;
  return (
    <span class="address-push" role="status">
      {push.state === "PROPOSED" ? say("view.address.proposed") : say("view.address.declined")}
    </span>
  );
}

/** A path goes on from the page that is shown; undefined: not one of the company's addresses. */
export function addressFrom(text: string, here: string, origins: readonly string[]): string | undefined {
  const asked = text.trim();
  const base = URL.canParse(here) ? here : origins[0];
  const whole = /^[\w-]+(\.[\w-]+)+(\/|$)/.test(asked) ? `https://${asked}` : asked;
  if (!URL.canParse(whole, base)) return undefined;
  const url = new URL(whole, base);
  return origins.includes(url.origin) ? url.href : undefined;
}
