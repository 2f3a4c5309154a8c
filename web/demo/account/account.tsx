// The account page: services and tickets as they are now, through the widget's own line to Lockstep.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Me, Topic } from "../../widget/door/documents";
import type { Connection } from "../../widget/door/socket";
import type { Lockstep } from "../../widget/main";
import { signOut, whoIsSignedIn, type SignedIn } from "../company";
import { FileTicket } from "./file-ticket";
import { Services } from "./services";
import { Tickets } from "./tickets";

async function lockstep(): Promise<Lockstep> {
  await customElements.whenDefined("lockstep-widget");
  if (window.lockstep === undefined) throw new Error("the widget is there without its interface");
  return window.lockstep;
}

function leave() {
  void signOut().then(() => location.assign("/"));
}

function Account({ who }: { who: SignedIn }) {
  const [line, setLine] = useState<Lockstep | null>(null);
  const [me, setMe] = useState<Me | null>(null);
  const [topics, setTopics] = useState<readonly Topic[]>([]);
  const [connection, setConnection] = useState<Connection>({ is: "idle" });
  useEffect(() => {
    void lockstep().then((found) => {
      setLine(found);
      found.followMe(setMe);
      found.followConnection(setConnection);
      void found.topics().then(setTopics, () => undefined);
    });
  }, []);

  const lost = connection.is === "lost";
  return (
    <>
      <p class="lead">
        <span data-private>
          <bdi>{who.name}</bdi>, customer {who.customer}
        </span>
        {me?.contractTitle != null && <>, {me.contractTitle} contract</>}.{" "}
        <button type="button" class="link" onClick={leave}>
          Sign out
        </button>
      </p>
      {lost && (
        <p class="lost-note" role="status">
          Not connected since {new Date(connection.since).toLocaleTimeString("en-GB")}: what you see is from then. Trying again.
        </p>
      )}
      {me === null || line === null ? (
        <p class="soft">One moment, we are looking up your services.</p>
      ) : (
        <div class={lost ? "live lost" : "live"}>
          <Services services={me.services} />
          <Tickets tickets={me.tickets} />
          <FileTicket topics={topics} services={me.services} file={line.fileTicket} />
        </div>
      )}
    </>
  );
}

function NotSignedIn() {
  return (
    <>
      <p class="lead">Sign in to see your services and your tickets.</p>
      <p>
        <a class="button" href="/sign-in">
          Sign in
        </a>
      </p>
    </>
  );
}

function Failed() {
  return (
    <p class="lost-note" role="alert">
      Our server did not answer. Please reload the page in a minute.
    </p>
  );
}

const place = document.querySelector("#account");
if (place !== null) {
  const show = (what: preact.ComponentChild) => {
    place.replaceChildren();
    render(what, place);
  };
  whoIsSignedIn().then(
    (who) => show(who.customer === null ? <NotSignedIn /> : <Account who={who} />),
    () => show(<Failed />),
  );
}
