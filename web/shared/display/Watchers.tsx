// Who is looking: names at a glance, and the register of every connection with its last frame.
import { useState } from "preact/hooks";
import { act } from "../graphql/act";
import { nameIn } from "../lib/name";
import { useQuery } from "../live/query";
import { Button } from "../ui/Button";
import { Name } from "../ui/Name";
import { Person } from "../ui/Person";
import { Popover } from "../ui/Popover";
import { Empty, Failed, Loading } from "../ui/States";
import { Age } from "../ui/Time";
import { notify, tell } from "../ui/Toast";
import { say } from "../words/say";
import { Colleagues, InviteToDisplay, type Display } from "./documents";

const heads = ["person", "role", "address", "node", "since", "frame"] as const;

export function Watchers({ display, mayInvite }: { display: Display; mayInvite: boolean }) {
  const { watchers, connections } = display;
  return (
    <>
      <Popover label={say("view.who", { count: watchers.length })} icon="users" face={<span class="tabular">{watchers.length}</span>}>
        {() => (
          <div class="register">
            <h3>{say("view.who.title")}</h3>
            <ul class="register-people">
              {watchers.map((one) => (
                <li key={one.staff}>
                  <Person name={one.name} />
                  <Name of={one.name} or={say("view.colleague")} />
                  <span class="register-soft">{say(`view.role.${one.role}`)}</span>
                  <Age since={one.joinedAt} />
                </li>
              ))}
              {watchers.length === 0 && <li class="register-soft">{say("view.who.none")}</li>}
            </ul>
            <h3>{say("view.who.connections")}</h3>
            <table class="register-table">
              <thead>
                <tr>
                  {heads.map((head) => (
                    <th key={head}>{say(`view.who.${head}`)}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {connections.map((one) => (
                  <tr key={one.id}>
                    <td>{one.staff === null ? say("view.who.customer") : <Name of={one.name} or={say("view.colleague")} />}</td>
                    <td>{one.role === null ? "–" : say(`view.role.${one.role}`)}</td>
                    <td>{one.address ?? "–"}</td>
                    <td>{one.node}</td>
                    <td>
                      <Age since={one.since} />
                    </td>
                    <td class="tabular" title={one.lastFrame ?? ""}>
                      {one.lastFrame?.split(":")[1] ?? "–"}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Popover>
      {mayInvite && (
        <Popover label={say("view.invite")} icon="plus">
          {(close) => <Invite display={display} close={close} />}
        </Popover>
      )}
    </>
  );
}

function Invite({ display, close }: { display: Display; close: () => void }) {
  const { data, error, loading, again } = useQuery(Colleagues, {});
  const [busy, setBusy] = useState<string>();
  const here = new Set([...display.watchers, ...display.invited].map((one) => one.staff));
  const invite = async (staff: string, name: string) => {
    setBusy(staff);
    if (tell(await act(InviteToDisplay, { display: display.id, staff }))) {
      notify("good", say("view.invite.done", { name }));
      close();
    }
    setBusy(undefined);
  };
  if (error) return <Failed error={error} again={again} />;
  if (data === undefined) return <Loading lines={3} label={say("view.invite.loading")} />;
  const free = data.colleagues.filter((one) => !here.has(one.staff));
  if (free.length === 0) {
    return (
      <Empty icon="users" title={say("view.invite.none.title")}>
        {say("view.invite.none.what")}
      </Empty>
    );
  }
  return (
    <div class="register" aria-busy={loading}>
      <h3>{say("view.invite")}</h3>
      <ul class="register-people">
        {free.map(({ staff, name }) => (
          <li key={staff}>
            <Person name={name} />
            <Name of={name} or={say("view.colleague")} />
            <Button small busy={busy === staff} disabled={busy !== undefined} onClick={() => void invite(staff, nameIn(name, say("view.colleague")))}>
              {say("view.invite.go")}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
