// Why this agent: what was required, who was weighed in which order, who was not and why.
import { Empty } from "../../shared/ui/States";
import { Age, At } from "../../shared/ui/Time";
import { humanise, plural } from "../../shared/words/state";
import type { ContactDetail } from "../documents";
import { requirementWords } from "./requirement";

export function Why({ explain }: { explain: ContactDetail["explain"] }) {
  if (explain.length === 0) {
    return (
      <Empty icon="users" title="Not offered to anybody yet">
        As soon as somebody qualified is free, the choice is explained here.
      </Empty>
    );
  }
  return (
    <>
      {explain.map((one) => (
        <section key={one.reservation} class="why">
          <h3>
            Offered to {one.agentName ?? "an agent"} at <At at={one.at} />
          </h3>
          <p class="why-required">
            Required: <strong>{requirementWords(one.requirementJson)}</strong>.{" "}
            {one.step > 0 && `Step ${one.step}, `}
            queue version {one.queueVersion}.
          </p>
          <table class="table">
            <thead>
              <tr>
                <th>Weighed</th>
                <th>Free for</th>
                <th class="number">Proficiency</th>
              </tr>
            </thead>
            <tbody>
              {one.candidates.map((candidate) => (
                <tr key={candidate.agent}>
                  <td>
                    {candidate.agent === one.agent ? <strong>{candidate.agentName ?? "Agent"} (chosen)</strong> : (candidate.agentName ?? "Agent")}
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
              Not weighed: {one.excluded.map((other) => `${plural(other.count, "agent")} ${humanise(other.reason).toLowerCase()}`).join(", ")}.
            </p>
          )}
        </section>
      ))}
    </>
  );
}
