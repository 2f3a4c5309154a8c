// The stored views and how far each has read, and the clock that everything runs on.
import { useEffect } from "preact/hooks";
import { useQuery } from "../../shared/live/query";
import { timeWords } from "../../shared/lib/time";
import { Button } from "../../shared/ui/Button";
import { Chip } from "../../shared/ui/Chip";
import { Marked } from "../../shared/ui/Live";
import { Empty, Failed, Loading } from "../../shared/ui/States";
import { say } from "../../shared/words/say";
import { humanise } from "../../shared/words/state";
import { Projections } from "../documents";

const ASK_EVERY_MS = 5_000;
/** Records that a view may be behind before it counts as late. */
const LAG_MAX = 1_000;

export function Health() {
  const { data, error, loading, again } = useQuery(Projections, {});
  useEffect(() => {
    const asking = setInterval(again, ASK_EVERY_MS);
    return () => clearInterval(asking);
  }, [again]);
  return (
    <main class="plain">
      <header class="plain-head">
        <h1>{say("board.health.title")}</h1>
        <Button icon="refresh" busy={loading && !data} onClick={again}>
          {say("board.health.refresh")}
        </Button>
      </header>
      {data ? (
        <>
          <section class="card">
            {data.projections.length === 0 ? (
              <Empty icon="data" title={say("board.health.none.title")}>
                {say("board.health.none.what")}
              </Empty>
            ) : (
              <div class="table-scroll" tabIndex={0} role="region" aria-label={say("board.health.views")}>
                <table class="table">
                  <thead>
                    <tr>
                      <th>{say("board.health.view")}</th>
                      <th>{say("board.health.partition")}</th>
                      <th class="number">{say("board.health.version")}</th>
                      <th class="number">{say("board.health.read")}</th>
                      <th class="number">{say("board.health.behind")}</th>
                      <th>{say("board.health.state")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.projections.map((one) => (
                      <tr key={one.name + one.partition}>
                        <td>{humanise(one.name)}</td>
                        <td>{one.partition}</td>
                        <td class="number tabular">{one.version}</td>
                        <td class="number tabular">
                          <Marked of={one.seq}>{one.seq}</Marked>
                        </td>
                        <td class="number tabular">{one.lag}</td>
                        <td>{one.lag > LAG_MAX ? <Chip word={say("board.health.late")} tone="warn" icon="alert" /> : <Chip word={say("board.health.current")} tone="good" icon="check" />}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </section>
          <p>
            {data.clock.nextDue == null
              ? say("board.health.clock", { kind: humanise(data.clock.kind), now: timeWords(data.clock.now) })
              : say("board.health.clockDue", { kind: humanise(data.clock.kind), now: timeWords(data.clock.now), due: timeWords(data.clock.nextDue) })}
          </p>
        </>
      ) : error ? (
        <Failed error={error} again={again} />
      ) : (
        <Loading label={say("board.health.loading")} lines={6} />
      )}
    </main>
  );
}
