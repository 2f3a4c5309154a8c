// What the customer sees, and what can be done with it: the mirror with its toolbar, who is looking, and the way back in time.
import { useEffect, useState } from "preact/hooks";
import { useShortcut, type Group } from "../lib/shortcuts";
import { session } from "../session/session";
import { IconButton } from "../ui/Button";
import { Empty, Failed, Loading } from "../ui/States";
import { notify } from "../ui/Toast";
import { say } from "../words/say";
import { AddressBar, type KnownPage } from "./AddressBar";
import { useDisplayConfig, type DisplayConfig } from "./config";
import { Mirror } from "./Mirror";
import "./pane.css";
import type { Tool } from "./protocol";
import { Rewind } from "./Rewind";
import { Toolbar } from "./Toolbar";
import { useDisplay } from "./useDisplay";
import { Veil } from "./Veil";
import { Watchers } from "./Watchers";

interface Props {
  contact: string;
  visit: string;
  customer: string;
  as: "agent" | "supervisor" | "expert";
  /** Pages that were seen before, newest first. */
  pages?: readonly KnownPage[];
  /** Where the shortcuts belong. */
  group?: Group;
  /** The customer is asked once more. */
  askAgain?: () => void;
  wide?: { on: boolean; set: (on: boolean) => void };
}

export function DisplayPane(props: Props) {
  const config = useDisplayConfig();
  if (config === undefined) return <Loading label={say("view.opening")} lines={4} />;
  if (config === null) {
    return (
      <Empty icon="unlink" title={say("view.missing.title")}>
        {say("view.missing.what")}
      </Empty>
    );
  }
  return <Inside {...props} config={config} />;
}

function Inside({ contact, visit, customer, as, pages = [], group = "display", askAgain, wide, config }: Props & { config: DisplayConfig }) {
  const now = session.value;
  const me = now.state === "in" ? { staff: now.staff.id, name: now.staff.name ?? say("view.colleague") } : { staff: "", name: "" };
  const [tool, setTool] = useState<Tool>("look");
  const [live, setLive] = useState(true);
  const shown = useDisplay(visit, me, tool);
  const display = shown.feed.display.value;
  const error = shown.feed.error.value;
  const page = shown.page.value;

  const control = display?.control ?? null;
  const granted = control?.granted === true && control.staff === me.staff;
  useEffect(() => {
    if (granted) setTool("control");
    else if (tool === "control") {
      setTool("look");
      notify("info", say("view.control.lost"));
    }
  }, [granted]);
  useShortcut({ keys: "w", does: wide?.on ? say("view.keys.smaller") : say("view.keys.larger"), group, when: wide !== undefined }, () => wide?.set(!wide.on));

  if (error?.forbidden) return <Failed error={error} />;
  if (display?.state === "ENDED") {
    return (
      <section class="pane" aria-label={say("view.title")} data-state="ENDED">
        <div class="pane-stage">
          <Veil display={display} customer={customer} askAgain={askAgain} />
        </div>
      </section>
    );
  }
  const usable = display?.state === "SHARED" && live;
  const known = [...shown.visited.value, ...pages].filter((one, index, all) => all.findIndex(({ url }) => url === one.url) === index);
  return (
    <section class="pane" aria-label={say("view.title")} data-state={display?.state} data-way={display?.way} data-live={live} data-tool={tool}>
      {display && (
        <header class="pane-bar">
          <AddressBar
            display={display}
            url={page?.url}
            title={page?.title}
            known={known}
            origins={config.origins}
            mayPush={as !== "expert" && display.state === "SHARED"}
            mayControl={granted && usable}
            act={shown.act}
          />
          <Toolbar display={display} me={me.staff} tool={tool} choose={setTool} group={group} disabled={!usable || display.way === "TOGETHER"} />
          <Watchers display={display} mayInvite={as !== "expert"} />
          {wide && <IconButton small icon="expand" label={wide.on ? say("view.smaller") : say("view.larger")} aria-pressed={wide.on} onClick={() => wide.set(!wide.on)} />}
        </header>
      )}
      <div class="pane-stage">
        <Mirror origin={config.mirror} ready={shown.ready} hear={shown.hear} />
        <Veil display={display} customer={customer} error={error} waiting={page === undefined} />
      </div>
      <footer class="pane-foot">
        <Rewind contact={contact} now={shown} group={group} live={live} setLive={setLive} />
      </footer>
    </section>
  );
}
