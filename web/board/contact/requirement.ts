// What a contact requires of an agent, in words.
import { say } from "../../shared/words/say";
import { humanise } from "../../shared/words/state";

type Requirement =
  | "anybody"
  | { skill: { name: string; level: number } }
  | { all: Requirement[] }
  | { any: Requirement[] }
  | { not: Requirement };

/** `{"all":[…]}` as "Billing 2 and not Sales 1"; what is not understood stays as it is. */
export function requirementWords(json: string): string {
  try {
    return words(JSON.parse(json) as Requirement, false);
  } catch {
    return json;
  }
}

function words(of: Requirement, inside: boolean): string {
  if (of === "anybody") return say("board.needs.anybody");
  if ("skill" in of) return say("board.needs.skill", { skill: humanise(of.skill.name), level: of.skill.level });
  if ("not" in of) return say("board.needs.not", { what: words(of.not, true) });
  const joined = "all" in of ? of.all.map((one) => words(one, true)).join(say("board.needs.and")) : of.any.map((one) => words(one, true)).join(say("board.needs.or"));
  return inside ? `(${joined})` : joined;
}
