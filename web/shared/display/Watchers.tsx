// Who is looking: names at a glance, and the register of every connection with its last frame.
import { useState } from "preact/hooks";
import { act } from "../graphql/act";
import { useQuery } from "../live/query";
import { Button } from "../ui/Button";
import { Person } from "../ui/Person";
import { Popover } from "../ui/Popover";
import { Empty, Failed, Loading } from "../ui/States";
import { Age } from "../ui/Time";
import { say, tell } from "../ui/Toast";
import { plural } from "../words/state";
import { Colleagues, InviteToDisplay, type Display } from "./documents";
import { role } from "./words";

export function Watchers({ display, mayInvite }: { display: Display; mayInvite: boolean }) {
  const { watchers, connections } = display;
  return (
    <>
      <Popover label={`Who is looking: ${plural(watchers.length, "person", "people")}`} icon="users" face={<span class="tabular">{watchers.length}</span>}>
        {() => (
          <div class="register">
            <h3>Who is looking</h3>
            <ul class="register-people">
              {watchers.map((one) => (
                <li key={one.staff}>
                  <Person name={one.name} />
                  <span>{one.name ?? "Colleague"}</span>
                  <span class="register-soft">{role[one.role]}</span>
                  <Age since={one.joinedAt} />
                </li>
              ))}
              {watchers.length === 0 && <li class="register-soft">Nobody at the moment.</li>}
            </ul>
            <h3>Connections</h3>
            <table class="register-table">
              <thead>
                <tr>
                  {["Person", "Role", "Address", "Node", "Since", "Last frame"].map((head) => (
                    <th key={head}>{head}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {connections.map((one) => (
                  <tr key={one.id}>
                    <td>{one.staff === null ? "Customer" : (one.name ?? "Colleague")}</td>
                    <td>{one.role === null ? "–" : role[one.role]}</td>
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
        <Popover label="Invite a colleague" icon="plus">
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
      say("good", `${name} is invited`);
      close();
    }
    setBusy(undefined);
  };
  if (error) return <Failed error={error} again={again} />;
  if (data === undefined) return <Loading lines={3} label="Asking who is there" />;
  const free = data.colleagues.filter((one) => !here.has(one.staff));
  if (free.length === 0) {
    return (
      <Empty icon="users" title="Nobody to invite">
        Everybody who is signed in looks on already, or is invited.
      </Empty>
    );
  }
  return (
    <div class="register" aria-busy={loading}>
      <h3>Invite a colleague</h3>
      <ul class="register-people">
        {free.map(({ staff, name }) => (
          <li key={staff}>
            <Person name={name} />
            <span>{name ?? "Colleague"}</span>
            <Button small busy={busy === staff} disabled={busy !== undefined} onClick={() => void invite(staff, name ?? "Your colleague")}>
              Invite
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
