// What staff can do on the page: look, point, mark, draw, and act when the customer has granted it.
import { act } from "../graphql/act";
import { nameIn } from "../lib/name";
import { useShortcut, type Group } from "../lib/shortcuts";
import { Button, IconButton } from "../ui/Button";
import type { IconName } from "../ui/Icon";
import { tell } from "../ui/Toast";
import { say } from "../words/say";
import { AskControl, ReleaseControl, type Display } from "./documents";
import type { Tool } from "./protocol";

const tools: { tool: Exclude<Tool, "control">; icon: IconName; keys: string }[] = [
  { tool: "look", icon: "eye", keys: "l" },
  { tool: "point", icon: "pointer", keys: "o" },
  { tool: "highlight", icon: "mark", keys: "m" },
  { tool: "ink", icon: "pencil", keys: "d" },
];

interface Props {
  display: Display;
  me: string;
  tool: Tool;
  choose: (tool: Tool) => void;
  /** Shortcuts belong to the desk, or to the dialog that is open. */
  group: Group;
  disabled: boolean;
}

export function Toolbar({ display, me, tool, choose, group, disabled }: Props) {
  return (
    <div class="tools" role="toolbar" aria-label={say("view.tools")}>
      {tools.map((one) => (
        <ToolButton key={one.tool} {...one} pressed={tool === one.tool} choose={choose} group={group} disabled={disabled} />
      ))}
      <ControlButton display={display} me={me} tool={tool} choose={choose} group={group} disabled={disabled} />
    </div>
  );
}

type ToolButtonProps = (typeof tools)[number] & Pick<Props, "choose" | "group" | "disabled"> & { pressed: boolean };

function ToolButton({ tool, icon, keys, pressed, choose, group, disabled }: ToolButtonProps) {
  const label = say(`view.tool.${tool}`);
  useShortcut({ keys, does: label, group, when: !disabled }, () => choose(tool));
  return <IconButton small icon={icon} label={say("view.tool", { tool: label, key: keys })} aria-pressed={pressed} disabled={disabled} onClick={() => choose(tool)} />;
}

function ControlButton({ display, me, tool, choose, group, disabled }: Props) {
  const { control } = display;
  const mine = control?.staff === me;
  const granted = mine && control.granted;
  const press = () => {
    if (granted) choose("control");
    else if (!mine) void act(AskControl, { display: display.id }).then(tell);
  };
  const release = () => {
    choose("look");
    void act(ReleaseControl, { display: display.id }).then(tell);
  };
  const taken = control !== null && !mine;
  const off = disabled || taken;
  useShortcut({ keys: "x", does: granted ? say("view.control.keys") : say("view.control.ask"), group, when: !off }, press);
  if (granted) {
    return (
      <>
        <Button small kind={tool === "control" ? "primary" : "secondary"} icon="hand" aria-pressed={tool === "control"} disabled={off} onClick={press}>
          {say("view.control.mine")}
        </Button>
        <Button small kind="quiet" onClick={release}>
          {say("view.control.stop")}
        </Button>
      </>
    );
  }
  if (mine) {
    return (
      <>
        <span class="tools-note">{say("view.control.waiting")}</span>
        <Button small kind="quiet" onClick={release}>
          {say("view.control.withdraw")}
        </Button>
      </>
    );
  }
  return (
    <Button small kind="quiet" icon="hand" disabled={off} title={taken ? say("view.control.taken", { name: nameIn(control.name, say("view.colleague")) }) : say("view.control.askKey")} onClick={press}>
      {say("view.control.ask")}
    </Button>
  );
}
