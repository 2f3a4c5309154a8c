// A name that somebody else chose: in its own direction, whole on hover where it may be cut off.
import { plainName } from "../lib/name";

const CHARS_SHORT = 16;

/** `or` where nothing of the name can be seen. */
export function Name({ of, or = "" }: { of: string | null | undefined; or?: string }) {
  const name = plainName(of) ?? or;
  return <bdi title={name.length > CHARS_SHORT ? name : undefined}>{name}</bdi>;
}
