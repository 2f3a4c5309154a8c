// Contacts of the past, newest first, narrowed by queue, agent, topic and exit.
import { useEffect, useState } from "preact/hooks";
import type { VariablesOf } from "../../shared/graphql/desk";
import { ApiError } from "../../shared/graphql/document";
import { request } from "../../shared/graphql/request";
import { useQuery } from "../../shared/live/query";
import { has } from "../../shared/session/session";
import { Button } from "../../shared/ui/Button";
import { WordChip } from "../../shared/ui/Chip";
import { Field } from "../../shared/ui/Field";
import { Icon } from "../../shared/ui/Icon";
import { Empty, Failed, Loading } from "../../shared/ui/States";
import { At } from "../../shared/ui/Time";
import { channel, contactState, humanise } from "../../shared/words/state";
import { ContactDrawer } from "../contact/ContactDrawer";
import { History as NamedHistory, PolicyWords, StaffNames, UnnamedHistory, type ContactRow } from "../documents";

const PAGE = 50;
const exits = ["answered", "abandoned", "short_abandoned", "timed_out", "overflowed", "withdrawn", "callback_requested"];

interface Narrowed {
  topic: string;
  agent: string;
  exit: string;
}

export function History() {
  const [narrowed, setNarrowed] = useState<Narrowed>({ topic: "", agent: "", exit: "" });
  const [rows, setRows] = useState<ContactRow[]>();
  const [after, setAfter] = useState<string | null>(null);
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState<string>();
  const { data: policy } = useQuery(PolicyWords, {});
  const named = has("SUPERVISOR");
  const topics = new Map(policy?.policy.topics.map((one) => [one.topic, one.title]));

  const load = async (from: string | null) => {
    setBusy(true);
    setError(undefined);
    try {
      const { more, next } = await page(named, {
        first: PAGE,
        after: from,
        topic: narrowed.topic || null,
        agent: narrowed.agent || null,
        exit: narrowed.exit || null,
      });
      setRows((before) => (from === null ? more : [...(before ?? []), ...more]));
      setAfter(next);
    } catch (failed) {
      setError(failed instanceof ApiError ? failed : new ApiError("Something went wrong on this page.", "page"));
    }
    setBusy(false);
  };
  useEffect(() => void load(null), [narrowed.topic, narrowed.agent, narrowed.exit]);

  return (
    <main class="plain">
      <header class="plain-head">
        <h1>History</h1>
        <Choice label="Topic" value={narrowed.topic} set={(topic) => setNarrowed({ ...narrowed, topic })} options={[...topics]} />
        {named && <AgentChoice value={narrowed.agent} set={(agent) => setNarrowed({ ...narrowed, agent })} />}
        <Choice label="Left the queue" value={narrowed.exit} set={(exit) => setNarrowed({ ...narrowed, exit })} options={exits.map((one) => [one, humanise(one)])} />
        <Button icon="refresh" busy={busy} onClick={() => void load(null)}>
          Refresh
        </Button>
      </header>
      <section class="card" aria-busy={busy}>
        {error ? (
          <Failed error={error} again={() => void load(null)} />
        ) : rows === undefined ? (
          <Loading label="Loading the history" lines={8} />
        ) : rows.length === 0 ? (
          <Empty icon="history" title="No contact matches">
            Choose fewer conditions, or wait until the first contact has ended.
          </Empty>
        ) : (
          <div class="table-scroll" tabIndex={0} role="region" aria-label="Contacts">
            <table class="table">
              <thead>
                <tr>
                  {["Queued", "State", named ? "Customer" : "Contact", "Topic", "Queue", "Agent", "Left the queue", "Ended as"].map((head) => (
                    <th key={head}>{head}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Row key={row.id} row={row} named={named} topic={topics.get(row.topic) ?? humanise(row.topic)} open={() => setOpen(row.id)} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {after !== null && !error && (
          <div class="plain-more">
            <Button busy={busy} disabled={busy} onClick={() => void load(after)}>
              Load more
            </Button>
          </div>
        )}
      </section>
      {open !== undefined && <ContactDrawer key={open} id={open} topics={topics} close={() => setOpen(undefined)} />}
    </main>
  );
}

/** One page of the history, with names where the role may see them. */
async function page(
  named: boolean,
  asked: VariablesOf<typeof NamedHistory>,
): Promise<{ more: ContactRow[]; next: string | null }> {
  const next = ({ hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null }) =>
    hasNextPage ? endCursor : null;
  if (named) {
    const { contacts } = await request(NamedHistory, asked);
    return { more: contacts.edges.map((edge) => edge.node), next: next(contacts.pageInfo) };
  }
  const { contacts } = await request(UnnamedHistory, asked);
  return { more: contacts.edges.map((edge) => ({ ...edge.node, customerName: null })), next: next(contacts.pageInfo) };
}

function AgentChoice({ value, set }: { value: string; set: (value: string) => void }) {
  const { data } = useQuery(StaffNames, {});
  const agents = data?.staff.filter((one) => one.roles.includes("AGENT")) ?? [];
  return <Choice label="Agent" value={value} set={set} options={agents.map((one) => [one.id, one.name ?? "Agent"])} />;
}

function Row({ row, named, topic, open }: { row: ContactRow; named: boolean; topic: string; open: () => void }) {
  return (
    <tr>
      <td class="tabular">
        <At at={row.queuedAt} />
      </td>
      <td>
        <WordChip of={contactState[row.state]} />
      </td>
      <td>
        <button type="button" class="grid-name" onClick={open}>
          <Icon name={channel[row.channel].icon} size={14} label={channel[row.channel].word} />
          {row.customerName ?? (named ? "Visitor" : "Open")}
        </button>
      </td>
      <td>{topic}</td>
      <td>{humanise(row.queue)}</td>
      <td>{row.agentName ?? "–"}</td>
      <td>{row.exit != null ? humanise(row.exit) : "–"}</td>
      <td>{row.disposition != null ? humanise(row.disposition) : "–"}</td>
    </tr>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  set: (value: string) => void;
  options: (readonly [string, string])[];
}

function Choice({ label, value, set, options }: ChoiceProps) {
  return (
    <Field label={label}>
      {(id) => (
        <select {...id} class="input" value={value} onChange={(event) => set(event.currentTarget.value)}>
          <option value="">All</option>
          {options.map(([key, words]) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
