// What a contact requires of an agent, in words.
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
  if (of === "anybody") return "Anybody";
  if ("skill" in of) return `${humanise(of.skill.name)} ${of.skill.level}`;
  if ("not" in of) return `not ${words(of.not, true)}`;
  const joined = "all" in of ? of.all.map((one) => words(one, true)).join(" and ") : of.any.map((one) => words(one, true)).join(" or ");
  return inside ? `(${joined})` : joined;
}
