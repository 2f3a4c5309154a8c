// A text that survives its field: another contact may open, the page may be loaded again.
import { useState } from "preact/hooks";
import { draftOf, keepDraft } from "./drafts";

/** `what` names the field within the contact. */
export function useDraft(contact: string, what: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(() => draftOf(contact, what));
  const set = (next: string) => {
    setText(next);
    keepDraft(contact, what, next);
  };
  return [text, set];
}
