// What somebody wrote: in its own direction, with its addresses as links.
import { piecesOf } from "../lib/links";

export function Said({ text }: { text: string }) {
  return (
    <>
      {piecesOf(text, location.origin).map((piece, at) =>
        typeof piece === "string" ? (
          piece
        ) : (
          <a key={at} href={piece.href} title={piece.href} target="_blank" rel="noopener noreferrer" dir="ltr">
            {piece.shown}
          </a>
        ),
      )}
    </>
  );
}
