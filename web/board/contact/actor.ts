// Who did it, in words: `customer:…`, `agent:…`, `staff:…`, `policy:…` as the records name them.
import { humanise } from "../../shared/words/state";

/** `names`: staff by their ids. */
export function actorWords(actor: string, names: ReadonlyMap<string, string | null>): string {
  const at = actor.indexOf(":");
  if (at < 0) return humanise(actor);
  const [kind, id] = [actor.slice(0, at), actor.slice(at + 1)];
  const name = names.get(id);
  if (name != null) return name;
  return /^[0-9a-f-]{36}$/.test(id) ? humanise(kind) : `${humanise(kind)}: ${humanise(id).toLowerCase()}`;
}
