// Names and other short texts that somebody else chose, so that they cannot turn or stretch what stands around them.

/** Controls, and what turns the direction of text or cannot be seen; joiners stay: scripts and emoji need them. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|[\ud802\ud803\ud83a\ud83b][\udc00-\udfff]/;

/** The name in one line without controls; nothing when nothing of it can be seen. */
export function plainName(name: string | null | undefined): string | undefined {
  const plain = name?.replace(UNSEEN, " ").replace(/\s+/g, " ").trim();
  return plain === undefined || !/[\p{L}\p{N}\p{P}\p{S}]/u.test(plain) ? undefined : plain;
}

/** The same for a sentence that has no elements (a title, a toast, a label): what runs right to left is isolated. */
export function nameIn(name: string | null | undefined, or = ""): string {
  const plain = plainName(name) ?? or;
  return RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : plain;
}
