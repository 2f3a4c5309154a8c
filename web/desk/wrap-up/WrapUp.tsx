// The wrap-up: how it ended, notes, and how long there is until it ends by itself.
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "../../shared/graphql/act";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import { CountdownRing } from "../../shared/ui/Time";
import { tell } from "../../shared/ui/Toast";
import { say } from "../../shared/words/say";
import { WrapUpDone, type Desk, type DeskContact } from "../documents";
import { useDraft } from "../draft/useDraft";
import "./wrap-up.css";

export function WrapUp({ contact, dispositions }: { contact: DeskContact; dispositions: Desk["dispositions"] }) {
  const [disposition, setDisposition] = useDraft(contact.contact, "disposition");
  const [notes, setNotes] = useDraft(contact.contact, "notes");
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (document.querySelector("dialog[open]") === null) first.current?.focus();
  }, []);
  const submit = async () => {
    if (disposition === "" || busy) return;
    setBusy(true);
    const noted = notes.trim();
    const done = tell(await act(WrapUpDone, { contact: contact.contact, disposition, notes: noted === "" ? null : noted }));
    if (!done) setBusy(false);
  };
  return (
    <form
      class="wrap-up"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          void submit();
        }
      }}
    >
      <fieldset>
        <legend>{say("desk.wrapUp.how")}</legend>
        <div class="wrap-up-codes">
          {dispositions.map((one, index) => (
            <label key={one.code} class="wrap-up-code">
              <input
                ref={index === 0 ? first : undefined}
                type="radio"
                name={`disposition-${contact.contact}`}
                value={one.code}
                checked={disposition === one.code}
                onChange={() => setDisposition(one.code)}
              />
              <span>{one.title}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Field label={say("desk.wrapUp.notes")}>
        {(id) => <textarea {...id} class="input" dir="auto" rows={2} value={notes} onInput={(event) => setNotes(event.currentTarget.value)} />}
      </Field>
      <div class="wrap-up-foot">
        {contact.until != null && (
          <span class="wrap-up-left">
            <CountdownRing from={contact.since} until={contact.until} size={36} />
            <span class="side-note">{say("desk.wrapUp.left")}</span>
          </span>
        )}
        <Button kind="primary" type="submit" icon="check" hint="Mod+Enter" busy={busy} disabled={disposition === "" || busy}>
          {say("desk.wrapUp.done")}
        </Button>
      </div>
    </form>
  );
}
