// Contacts of the past, newest first, narrowed by queue, agent, topic and exit.
import { useEffect, useState } from "preact/hooks";
import type { VariablesOf } from "../../shared/graphql/desk";
import { ApiError } from "../../shared/graphql/document";
import { request } from "../../shared/graphql/request";
import { nameIn } from "../../shared/lib/name";
import { useTitles, type Titles } from "../../shared/live/policy";
import { useQuery } from "../../shared/live/query";
import { has } from "../../shared/session/session";
import { Button } from "../../shared/ui/Button";
import { WordChip } from "../../shared/ui/Chip";
import { Field } from "../../shared/ui/Field";
import { Icon } from "../../shared/ui/Icon";
import { Name } from "../../shared/ui/Name";
import { Empty, Failed, Loading } from "../../shared/ui/States";
import { At } from "../../shared/ui/Time";
import { customerWords, unnamedWords } from "../../shared/words/customer";
import { say } from "../../shared/words/say";
import { channel, contactState, exitWord, queueExits } from "../../shared/words/state";
import { ContactDrawer } from "../contact/ContactDrawer";
import { Beside, type Joined } from "../display/Beside";
import { History as NamedHistory, StaffNames, UnnamedHistory, type ContactRow } from "../documents";

const PAGE = 50;
const heads = ["queued", "state", "customer", "topic", "agent", "exit", "ended"] as const;

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
  const [joined, setJoined] = useState<Joined>();
  const titles = useTitles();
  const named = has("SUPERVISOR");

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
      setError(failed instanceof ApiError ? failed : new ApiError("something went wrong on this page", "page"));
    }
    setBusy(false);
  };
  useEffect(() => void load(null), [narrowed.topic, narrowed.agent, narrowed.exit]);

  const join = (page: Joined) => {
    setOpen(undefined);
    setJoined(page);
  };
  return (
    <Beside joined={joined} leave={() => setJoined(undefined)}>
      <main class="plain">
        <header class="plain-head">
          <h1>{say("board.history.title")}</h1>
          <Choice label={say("board.history.topic")} value={narrowed.topic} set={(topic) => setNarrowed({ ...narrowed, topic })} options={[...titles.topics]} />
          {named && <AgentChoice value={narrowed.agent} set={(agent) => setNarrowed({ ...narrowed, agent })} />}
          <Choice label={say("board.history.exit")} value={narrowed.exit} set={(exit) => setNarrowed({ ...narrowed, exit })} options={queueExits.map((one) => [one, exitWord(one)])} />
          <Button icon="refresh" busy={busy} onClick={() => void load(null)}>
            {say("board.history.refresh")}
          </Button>
        </header>
        <section class="card" aria-busy={busy}>
          {error ? (
            <Failed error={error} again={() => void load(null)} />
          ) : rows === undefined ? (
            <Loading label={say("board.history.loading")} lines={8} />
          ) : rows.length === 0 ? (
            <Empty icon="history" title={say("board.history.none.title")}>
              {say("board.history.none.what")}
            </Empty>
          ) : (
            <div class="table-scroll" tabIndex={0} role="region" aria-label={say("board.history.contacts")}>
              <table class="table">
                <thead>
                  <tr>
                    {heads.map((head) => (
                      <th key={head}>{say(`board.history.head.${head}`)}</th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <Row key={row.id} row={row} named={named} titles={titles} open={() => setOpen(row.id)} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {after !== null && !error && (
            <div class="plain-more">
              <Button busy={busy} disabled={busy} onClick={() => void load(after)}>
                {say("board.history.more")}
              </Button>
            </div>
          )}
        </section>
        {open !== undefined && <ContactDrawer key={open} id={open} titles={titles} close={() => setOpen(undefined)} join={join} />}
      </main>
    </Beside>
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
  return <Choice label={say("board.history.agent")} value={value} set={set} options={agents.map((one) => [one.id, nameIn(one.name, say("board.agent.one"))])} />;
}

function Row({ row, named, titles, open }: { row: ContactRow; named: boolean; titles: Titles; open: () => void }) {
  const mark = { visitor: row.visitor, contact: row.id, callback: row.callback };
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
          <span class="truncate">
            <Name of={named ? customerWords(row.customerName, mark) : unnamedWords(mark)} />
          </span>
        </button>
      </td>
      <td class="truncate">
        <bdi title={titles.topic(row.topic)}>{titles.topic(row.topic)}</bdi>
      </td>
      <td class="truncate">{row.agent == null ? "–" : <Name of={row.agentName} or={say("board.agent.one")} />}</td>
      <td>{leftWords(row)}</td>
      <td class="truncate">{row.disposition != null ? titles.disposition(row.disposition) : row.state === "LEFT" ? "–" : say("board.history.open")}</td>
    </tr>
  );
}

/** Who is not in line any more has left it, though the contact goes on. */
function leftWords(row: ContactRow): string {
  if (row.exit != null) return exitWord(row.exit);
  return row.state === "WAITING" || row.state === "OFFERED" || row.state === "LINKING" ? say("board.history.inLine") : exitWord("answered");
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
          <option value="">{say("board.history.all")}</option>
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
