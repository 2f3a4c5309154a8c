// The addresses in a text: only http and https, and only such as cannot pass for something else.

export type Piece = string | { href: string; shown: string };

/** Longer ones are text. */
const ADDRESS_CHARS_MAX = 1_000;
/** From `http` up to a space, a quote, an angle bracket, or what cannot be seen. */
const ADDRESS = /\bhttps?:\/\/[^\s"'<>`\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/gi;
const ENDS_A_SENTENCE = /[.,;:!?…*_~|]+$/;
const OPENED_BY: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** `own` is the origin of the reader's screens: nobody who writes needs to send them there. */
export function piecesOf(text: string, own: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const written = trimmed(found[0]);
    const href = safe(written, own);
    if (href === undefined) continue;
    if (found.index > done) pieces.push(text.slice(done, found.index));
    pieces.push({ href, shown: shownAs(written, href) });
    done = found.index + written.length;
  }
  if (done < text.length) pieces.push(text.slice(done));
  return pieces;
}

/** Without what ends the sentence around it. */
function trimmed(address: string): string {
  let end = address.replace(ENDS_A_SENTENCE, "");
  for (let last = end.at(-1); last !== undefined; last = end.at(-1)) {
    const opening = OPENED_BY[last];
    if (opening === undefined || count(end, opening) >= count(end, last)) break;
    end = end.slice(0, -1).replace(ENDS_A_SENTENCE, "");
  }
  return end;
}

const count = (text: string, character: string) => text.split(character).length - 1;

function safe(written: string, own: string): string | undefined {
  if (written.length > ADDRESS_CHARS_MAX || !URL.canParse(written)) return undefined;
  const url = new URL(written);
  // `https://bank.example@elsewhere.example` goes elsewhere.
  if (url.username !== "" || url.password !== "" || url.origin === own || looksLike(url.hostname, new URL(own).hostname)) return undefined;
  return url.href;
}

/** `desk.company.example.elsewhere.example` wants to be taken for `desk.company.example`. */
function looksLike(host: string, own: string): boolean {
  return host.startsWith(`${own}.`) || host.startsWith(`${own}-`);
}

/** As written, unless the host is another than one reads: then as the browser understands it. */
function shownAs(written: string, href: string): string {
  const host = /^https?:\/\/([^/?#:]*)/i.exec(written)?.[1]?.toLowerCase();
  return host === new URL(href).hostname ? written : href;
}
