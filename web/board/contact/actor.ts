// Who did it, in words: `customer:…`, `agent:…`, `staff:…`, `policy:…` as the records name them.
import { plainName } from "../../shared/lib/name";
import { say } from "../../shared/words/say";
import { humanise } from "../../shared/words/state";

/** `names`: staff by their ids. */
export function actorWords(actor: string, names: ReadonlyMap<string, string | null>): string {
  const [kind = "", id = ""] = actor.split(":", 2);
  const known = say as (key: string) => string;
  return plainName(names.get(id)) ?? (known(`board.actor.${kind}`) || humanise(kind));
}
