// Why a request was refused, and what is possible instead: by the very check that refused it.
import { say } from "../../shared/words/say";
import type { Denied } from "../door/documents";
import type { Acts, Page } from "../page";
import { Ways } from "./ways";

function title({ rules, channels }: Denied): string {
  if (channels.some(({ changes }) => changes.includes("SIGN_IN"))) return say("widget.denied.sign_in");
  const code = rules[0]?.code ?? "";
  if (code.startsWith("network_")) return say("widget.denied.network");
  if (code === "contract_hours") return say("widget.denied.closed");
  return code === "contract_concurrent" ? say("widget.denied.one_open") : say("widget.denied.title");
}

export function NotPossible({ denied, page, acts }: { denied: Denied; page: Page; acts: Acts }) {
  const some = denied.channels.some(({ possibility }) => possibility === "POSSIBLE");
  return (
    <section class="denied">
      <h2 tabIndex={-1}>{title(denied)}</h2>
      {some && <h3>{say("widget.denied.instead")}</h3>}
      <Ways all={denied.channels} topic={denied.topic} page={page} acts={acts} />
    </section>
  );
}
