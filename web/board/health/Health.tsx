// The stored views and how far each has read, and the clock that everything runs on.
import { useEffect } from "preact/hooks";
import { useQuery } from "../../shared/live/query";
import { Button } from "../../shared/ui/Button";
import { Chip } from "../../shared/ui/Chip";
import { Marked } from "../../shared/ui/Live";
import { Empty, Failed, Loading } from "../../shared/ui/States";
import { At } from "../../shared/ui/Time";
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
        <h1>Health</h1>
        <Button icon="refresh" busy={loading && !data} onClick={again}>
          Refresh
        </Button>
      </header>
      {data ? (
        <>
          <section class="card">
            {data.projections.length === 0 ? (
              <Empty icon="data" title="No stored views">
                They appear as soon as the first has read the log.
              </Empty>
            ) : (
              <div class="table-scroll" tabIndex={0} role="region" aria-label="Stored views">
                <table class="table">
                  <thead>
                    <tr>
                      <th>Stored view</th>
                      <th>Partition</th>
                      <th class="number">Version</th>
                      <th class="number">Has read to</th>
                      <th class="number">Behind</th>
                      <th>State</th>
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
                        <td>{one.lag > LAG_MAX ? <Chip word="Behind" tone="warn" icon="alert" /> : <Chip word="Up to date" tone="good" icon="check" />}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </section>
          <p>
            Clock: {humanise(data.clock.kind)}, now <At at={data.clock.now} />
            {data.clock.nextDue != null && (
              <>
                , next deadline <At at={data.clock.nextDue} />
              </>
            )}
            .
          </p>
        </>
      ) : error ? (
        <Failed error={error} again={again} />
      ) : (
        <Loading label="Asking" lines={6} />
      )}
    </main>
  );
}
