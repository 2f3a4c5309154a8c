// Why this agent: what was required, who was weighed in which order, who was not and why.
import { nameIn } from "../../shared/lib/name";
import { exactWords, timeWords } from "../../shared/lib/time";
import { Empty } from "../../shared/ui/States";
import { Age } from "../../shared/ui/Time";
import { say } from "../../shared/words/say";
import { humanise } from "../../shared/words/state";
import type { ContactDetail } from "../documents";
import { requirementWords } from "./requirement";

export function Why({ explain }: { explain: ContactDetail["explain"] }) {
  if (explain.length === 0) {
    return (
      <Empty icon="users" title={say("board.why.none.title")}>
        {say("board.why.none.what")}
      </Empty>
    );
  }
  return (
    <>
      {explain.map((one) => (
        <section key={one.reservation} class="why">
          <h3 title={exactWords(one.at)}>{say("board.why.offered", { agent: nameIn(one.agentName, say("board.agent.one")), time: timeWords(one.at) })}</h3>
          <p class="why-required">{say("board.why.needs", { needs: requirementWords(one.requirementJson), step: one.step, version: one.queueVersion })}</p>
          <table class="table">
            <thead>
              <tr>
                <th>{say("board.why.weighed")}</th>
                <th>{say("board.why.free")}</th>
                <th class="number">{say("board.why.proficiency")}</th>
              </tr>
            </thead>
            <tbody>
              {one.candidates.map((candidate) => (
                <tr key={candidate.agent}>
                  <td>
                    {candidate.agent === one.agent ? <strong>{say("board.why.chosen", { name: nameOf(candidate) })}</strong> : nameOf(candidate)}
                  </td>
                  <td>
                    <Age since={candidate.idleSince} />
                  </td>
                  <td class="number tabular">{candidate.proficiency}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {one.excluded.length > 0 && (
            <p class="why-excluded">
              {say("board.why.excluded", { why: one.excluded.map(({ count, reason }) => say("board.why.count", { count, why: humanise(reason).toLowerCase() })).join(", ") })}
            </p>
          )}
        </section>
      ))}
    </>
  );
}

function nameOf({ agentName }: { agentName: string | null }): string {
  return nameIn(agentName, say("board.agent.one"));
}
