// Lets in whoever is signed in with the right role; else shows the sign-in, or says what is missing.
import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { Bar } from "../ui/Bar";
import { Button } from "../ui/Button";
import { Empty, Forbidden, Loading } from "../ui/States";
import { Toasts } from "../ui/Toast";
import { say } from "../words/say";
import { mayOpenBoard, restore, session, signOut, type Role, type Staff } from "./session";
import { SignIn } from "./SignIn";

interface Props {
  page: "desk" | "board" | "graphiql";
  /** One of them is needed; any role when left out. */
  roles?: Role[];
  children: (me: Staff) => ComponentChildren;
}

export function Gate(props: Props) {
  const [broken] = useErrorBoundary((error: unknown) => reportError(error));
  useEffect(() => {
    void restore();
  }, []);
  if (broken !== undefined) return <Broken />;
  return (
    <>
      <Inside {...props} />
      <Toasts />
    </>
  );
}

function Broken() {
  return (
    <main class="frame">
      <Empty icon="alert" title={say("staff.stopped.title")}>
        <p>{say("staff.stopped.what")}</p>
        <Button icon="refresh" onClick={() => location.reload()}>
          {say("staff.stopped.reload")}
        </Button>
      </Empty>
    </main>
  );
}

function Inside({ page, roles, children }: Props) {
  const now = session.value;
  if (now.state === "unknown") {
    return (
      <div class="frame">
        <Loading label={say("staff.opening")} />
      </div>
    );
  }
  if (now.state === "unreachable") {
    return (
      <main class="frame">
        <Empty icon="unlink" title={say("staff.unreachable.title")}>
          <p>{say("staff.unreachable.what")}</p>
          <Button icon="refresh" onClick={() => void restore()}>
            {say("staff.again")}
          </Button>
        </Empty>
      </main>
    );
  }
  if (now.state === "out") return <SignIn to={page} expired={now.expired} />;
  if (roles && !roles.some((role) => now.staff.roles.includes(role))) {
    if (page === "desk" && mayOpenBoard()) {
      location.replace("/board");
      return null;
    }
    return (
      <div class="frame">
        <Bar page={page} />
        <main>
          <Forbidden title={say(`staff.forbidden.page.${page}`)}>
            <p>{say("staff.forbidden.ask")}</p>
            <Button icon="exit" onClick={() => void signOut()}>
              {say("staff.forbidden.other")}
            </Button>
          </Forbidden>
        </main>
      </div>
    );
  }
  return <>{children(now.staff)}</>;
}
