// GraphiQL on the desk's own origin: the editor is loaded once somebody is signed in.
import { effect } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import "../shared/styles/tokens.css";
import "../shared/styles/base.css";
import { listenForShortcuts } from "../shared/lib/shortcuts";
import { startTheme, theme } from "../shared/lib/theme";
import { Gate } from "../shared/session/Gate";
import { Bar } from "../shared/ui/Bar";
import { Empty, Loading } from "../shared/ui/States";
import { say } from "../shared/words/say";
import "./page.css";

startTheme();
listenForShortcuts();

function Page() {
  const host = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<"loading" | "ready" | "failed">("loading");
  useEffect(() => {
    let stop: () => void = () => undefined;
    import("./editor").then(
      ({ mountEditor }) => {
        if (!host.current) return;
        const editor = mountEditor(host.current);
        const follows = effect(() => editor.show(theme.value));
        stop = () => {
          follows();
          editor.remove();
        };
        setState("ready");
      },
      () => setState("failed"),
    );
    return () => stop();
  }, []);
  return (
    <div class="frame">
      <Bar page="graphiql" />
      <main class="graphiql-page">
        {state === "loading" && <Loading label={say("graphiql.loading")} lines={8} />}
        {state === "failed" && (
          <Empty icon="unlink" title={say("graphiql.failed.title")}>
            {say("graphiql.failed.what")}
          </Empty>
        )}
        <div class="graphiql-host" ref={host} />
      </main>
    </div>
  );
}

const app = document.getElementById("app");
if (app) render(<Gate page="graphiql">{() => <Page />}</Gate>, app);
