// Who is who in what is told of a contact.
import { nameIn } from "../../shared/lib/name";
import type { Titles } from "../../shared/live/policy";
import { has } from "../../shared/session/session";
import { customerWords, unnamedWords } from "../../shared/words/customer";
import { say } from "../../shared/words/say";
import type { ContactDetail } from "../documents";
import type { BoardState } from "../live/state";
import { actorWords } from "./actor";
import type { Telling } from "./happened";

type Names = ReadonlyMap<string, string | null>;

/** Staff by their ids, as far as this screen knows them. */
export function namesOf(detail: ContactDetail, board?: BoardState): Map<string, string | null> {
  const names = new Map([...(board?.agents.values() ?? [])].map((agent) => [agent.id, agent.name]));
  for (const one of detail.explain) names.set(one.agent, one.agentName);
  if (detail.row.agent != null) names.set(detail.row.agent, detail.row.agentName);
  return names;
}

export function whoOf({ row, pop }: ContactDetail): string {
  const of = { visitor: row.visitor, contact: row.id, callback: row.callback };
  return has("SUPERVISOR") ? customerWords(pop.customerName, of) : unnamedWords(of);
}

export function tellingOf(detail: ContactDetail, titles: Titles, names: Names): Telling {
  const { row, pop } = detail;
  return {
    actor: ({ actor, actorName }) => nameIn(actorName, actorWords(actor, names)),
    customer: pop.customerName == null ? say("board.actor.customer") : nameIn(pop.customerName),
    topic: pop.topicTitle,
    disposition: row.disposition == null ? "" : titles.disposition(row.disposition),
  };
}
