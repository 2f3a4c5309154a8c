// What staff can do on the page: look, point, mark, draw, and act when the customer has granted it.
import { act } from "../graphql/act";
import { useShortcut } from "../lib/shortcuts";
import { Button, IconButton } from "../ui/Button";
import type { IconName } from "../ui/Icon";
import { tell } from "../ui/Toast";
import { AskControl, ReleaseControl, type Display } from "./documents";
import type { Tool } from "./protocol";

const tools: { tool: Exclude<Tool, "control">; label: string; icon: IconName; keys: string }[] = [
  { tool: "look", label: "Look", icon: "eye", keys: "l" },
  { tool: "point", label: "Point", icon: "pointer", keys: "o" },
  { tool: "highlight", label: "Highlight an element", icon: "mark", keys: "m" },
  { tool: "ink", label: "Draw", icon: "pencil", keys: "d" },
];

interface Props {
  display: Display;
  me: string;
  tool: Tool;
  choose: (tool: Tool) => void;
  /** Shortcuts belong to the desk, or to the dialog that is open. */
  group: string;
  disabled: boolean;
}

export function Toolbar({ display, me, tool, choose, group, disabled }: Props) {
  return (
    <div class="tools" role="toolbar" aria-label="Tools">
      {tools.map((one) => (
        <ToolButton key={one.tool} {...one} pressed={tool === one.tool} choose={choose} group={group} disabled={disabled} />
      ))}
      <ControlButton display={display} me={me} tool={tool} choose={choose} group={group} disabled={disabled} />
    </div>
  );
}

type ToolButtonProps = (typeof tools)[number] & Pick<Props, "choose" | "group" | "disabled"> & { pressed: boolean };

function ToolButton({ tool, label, icon, keys, pressed, choose, group, disabled }: ToolButtonProps) {
  useShortcut({ keys, does: label, group, when: !disabled }, () => choose(tool));
  return <IconButton small icon={icon} label={`${label} (${keys})`} aria-pressed={pressed} disabled={disabled} onClick={() => choose(tool)} />;
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
  useShortcut({ keys: "x", does: granted ? "Act on the page" : "Ask for control", group, when: !off }, press);
  if (granted) {
    return (
      <>
        <Button small kind={tool === "control" ? "primary" : "secondary"} icon="hand" aria-pressed={tool === "control"} disabled={off} onClick={press}>
          You have control
        </Button>
        <Button small kind="quiet" onClick={release}>
          Release
        </Button>
      </>
    );
  }
  if (mine) {
    return (
      <>
        <span class="tools-note">Asked for control: the customer decides</span>
        <Button small kind="quiet" onClick={release}>
          Withdraw
        </Button>
      </>
    );
  }
  return (
    <Button small kind="quiet" icon="hand" disabled={off} title={taken ? `${control.name ?? "A colleague"} has control or asks for it` : "Ask for control (x)"} onClick={press}>
      Ask for control
    </Button>
  );
}
