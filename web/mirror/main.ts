// The mirror: takes frames from the page that frames it, shows the customer's page, and tells what staff do on it.
import type { Display } from "../shared/display/documents";
import { HELLO, type Act, type FromMirror, type Person, type ToMirror } from "../shared/display/protocol";
import "./mirror.css";
import { openPlayer } from "./player";
import { openOverlay } from "./stage/overlay";
import { openStage } from "./stage/stage";
import { openTogether } from "./together";
import { openTools } from "./tools/tools";
import { openCallMeBack } from "./widgets/call-me-back";
import { openShared } from "./widgets/shared";

const part = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found;
};

function open(port: MessagePort): void {
  const tell = (message: FromMirror) => port.postMessage(message);
  let me: Person = { staff: "", name: "" };
  let mode: "live" | "replay" = "live";
  let told = "";
  let display: Display | undefined;

  const stage = openStage(part("stage"), {
    fitted(_, size) {
      tell({ type: "size", ...size });
      overlay?.wake();
      tools?.moved();
      shared?.look();
    },
    pointed: (point, pressed) => overlay.customer(point, pressed),
    rebuilt: () => callMeBack.rebuilt(),
  });
  const overlay = openOverlay(part("overlay"), {
    pointOf: stage.pointOf,
    boxOf: stage.boxOf,
    fit: () => stage.fit,
    clock: () => player.until ?? Date.now(),
  });
  const player = openPlayer(stage, {
    missing: (pageLoad, after) => tell({ type: "gap", pageLoad, after }),
    painted: (pageLoad, seq, at) => tell({ type: "painted", pageLoad, seq, at }),
    begun: () => overlay.clear(),
    applied(pageLoad) {
      shared.look();
      overlay.wake();
      tools.moved();
      const { url, title } = stage.shown();
      if (told === `${pageLoad} ${url} ${title}`) return;
      told = `${pageLoad} ${url} ${title}`;
      tell({ type: "page", pageLoad, url, title });
    },
    decided(then) {
      if (!then) {
        shared.instant([]);
        showDisplay();
        return;
      }
      shared.instant(then.widgets);
      callMeBack.display(then.widgets);
      if (then.way === "TOGETHER" && then.url !== null) together.mention(then.url);
      else together.show(null);
    },
    signal(author, act, age) {
      // My own hand is shown as it moves, not when the log says that it did.
      if (mode === "live" && author.staff === me.staff) return;
      overlay.show(author, act, (player.until ?? Date.now()) - age);
    },
  });
  const showDisplay = () => {
    // At another instant something else was decided.
    if (!display || player.until !== null) return;
    shared.display(display.widgets);
    callMeBack.display(display.widgets);
    together.show(display.way === "TOGETHER" && display.state === "SHARED" ? display.url : null);
  };
  const signal = (act: Act) => {
    if (player.pageLoad !== undefined && mode === "live" && player.until === null) tell({ type: "signal", signal: { ...act, pageLoad: player.pageLoad } });
  };
  const own = (act: Act) => {
    if (act.kind === "ink" || act.kind === "highlight") overlay.show(me, act, Date.now());
  };
  const tools = openTools(part("tools"), stage, signal, own);
  const callMeBack = openCallMeBack(stage);
  const shared = openShared(part("widgets"), stage, {
    change: (name, basedOn, state) => tell({ type: "widget", name, basedOn, state }),
    callback: (widget, about) => signal({ kind: "callback", widget, about }),
  }, callMeBack.box);
  const together = openTogether(part("together"));

  const hear = (message: ToMirror) => {
    switch (message.type) {
      case "init":
        ({ me, mode } = message);
        document.body.dataset.mode = mode;
        break;
      case "reset":
        player.reset();
        overlay.clear();
        told = "";
        break;
      case "frames":
        player.take(message.frames);
        break;
      case "earlier":
        player.earlier(message.frames);
        break;
      case "display":
        ({ display } = message);
        player.names(display);
        if (mode === "live") overlay.onlyOf(new Set([me.staff, ...display.watchers.map((one) => one.staff)]));
        showDisplay();
        tools.mayControl(display.control?.granted === true && display.control.staff === me.staff);
        break;
      case "tool":
        tools.choose(message.tool);
        break;
      case "seek":
        player.seek(message.at);
        break;
      case "widget":
        shared.answered(message.name, message.basedOn, message.taken);
        break;
    }
  };
  port.onmessage = ({ data }: MessageEvent<ToMirror>) => hear(data);

  // Keys that nobody here wants are the framing page's shortcuts.
  document.addEventListener("keydown", (event) => {
    const { target, key, code } = event;
    const typing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
    if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && key !== "Tab") tell({ type: "key", key, code });
  });
  tell({ type: "ready" });
}

/** Only the page that frames this one is heard, and only once; who may frame it, the listener's policy says. */
function hello({ source, origin, data, ports }: MessageEvent<{ type?: string } | null>): void {
  const port = ports[0];
  const framedBy = location.ancestorOrigins?.[0];
  if (source !== parent || (framedBy !== undefined && framedBy !== origin) || data?.type !== HELLO || !port) return;
  removeEventListener("message", hello);
  open(port);
}
addEventListener("message", hello);
