// Lets in whoever is signed in with the right role; else shows the sign-in, or says what is missing.
import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { Bar } from "../ui/Bar";
import { Button } from "../ui/Button";
import { Empty, Forbidden, Loading } from "../ui/States";
import { Toasts } from "../ui/Toast";
import { humanise } from "../words/state";
import { mayOpenBoard, restore, session, signOut, type Role, type Staff } from "./session";
import { SignIn } from "./SignIn";

interface Props {
  page: "desk" | "board" | "graphiql";
  /** One of them is needed; any role when left out. */
  roles?: Role[];
  children: (me: Staff) => ComponentChildren;
}

const names = { desk: "the desk", board: "the board", graphiql: "GraphiQL" };

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
      <Empty icon="alert" title="This page has stopped">
        <p>Nothing you did is lost: it is with the server. Load the page again; if it stops again, tell an administrator.</p>
        <Button icon="refresh" onClick={() => location.reload()}>
          Load again
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
        <Loading label="Opening" />
      </div>
    );
  }
  if (now.state === "unreachable") {
    return (
      <main class="frame">
        <Empty icon="unlink" title="The server cannot be reached">
          <p>Check the network, then try again.</p>
          <Button icon="refresh" onClick={() => void restore()}>
            Try again
          </Button>
        </Empty>
      </main>
    );
  }
  if (now.state === "out") return <SignIn to={names[page]} expired={now.expired} />;
  if (roles && !roles.some((role) => now.staff.roles.includes(role))) {
    if (page === "desk" && mayOpenBoard()) {
      location.replace("/board");
      return null;
    }
    return (
      <div class="frame">
        <Bar page={page} />
        <main>
          <Forbidden what={humanise(names[page])}>
            <p>
              {now.staff.name ?? "You"} can open what is listed above. To see more, ask an administrator for the role, or sign in as
              somebody else.
            </p>
            <Button icon="exit" onClick={() => void signOut()}>
              Sign in as somebody else
            </Button>
          </Forbidden>
        </main>
      </div>
    );
  }
  return <>{children(now.staff)}</>;
}
