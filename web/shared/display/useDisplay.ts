// One display on this screen: the feed from the server, the mirror that shows it, and what staff do on it.
import { useEffect, useState } from "preact/hooks";
import { signal, type ReadonlySignal, type Signal as Value } from "@preact/signals";
import { act } from "../graphql/act";
import { ApiError } from "../graphql/document";
import { request } from "../graphql/request";
import { notify, tell } from "../ui/Toast";
import { failureWords } from "../words/refusal";
import { batchTo } from "./batch";
import { ChangeWidget, SendSignals, type Frame } from "./documents";
import { followDisplay, type Feed } from "./feed";
import type { Send } from "./Mirror";
import type { Act, FromMirror, Person, ToMirror, Tool } from "./protocol";

export interface ShownPage {
  pageLoad: number;
  url: string;
  title: string;
}

export interface DisplayNow {
  feed: Feed;
  page: ReadonlySignal<ShownPage | undefined>;
  /** Pages that were shown since this screen joined, newest first, each once. */
  visited: ReadonlySignal<readonly ShownPage[]>;
  /** The first and about the last frame's instants, in ms of the server's time. */
  span: Value<{ first: number; last: number } | undefined>;
  /** Instants of frames, for playing. */
  activity: number[];
  firstFrame: () => Frame | undefined;
  ready: (send: Send) => void;
  hear: (message: FromMirror) => void;
  send: Send;
  act: (act: Act) => void;
}

const WAITING_MAX = 500;
/** The span moves in such steps: whoever draws at each frame has the mirror wait for the next one of the screen. */
const SPAN_STEP_MS = 1_000;
const VISITED_MAX = 12;
const ACTIVITY_MAX = 200_000;
/** What the person has to be told about when it did not arrive. */
const remote = new Set<Act["kind"]>(["click", "input", "choose", "scroll", "back", "reload"]);

export function useDisplay(visit: string, me: Person, tool: Tool): DisplayNow {
  const [now] = useState(() => open(visit, me));
  useEffect(() => () => now.stop(), []);
  useEffect(() => now.setTool(tool), [tool]);
  return now;
}

function open(visit: string, me: Person): DisplayNow & { stop: () => void; setTool: (tool: Tool) => void } {
  let toMirror: Send | undefined;
  let first: Frame | undefined;
  let tool: Tool = "look";
  const page = signal<ShownPage | undefined>(undefined);
  const visited = signal<readonly ShownPage[]>([]);
  const span = signal<{ first: number; last: number } | undefined>(undefined);
  const activity: number[] = [];
  /** For a mirror that does not listen yet. */
  let waiting: ToMirror[] = [];
  const send: Send = (message) => {
    if (toMirror) toMirror(message);
    else if (waiting.length <= WAITING_MAX) waiting.push(message);
  };

  const feed = followDisplay(visit, {
    reset() {
      first = undefined;
      span.value = undefined;
      activity.length = 0;
      send({ type: "reset" });
    },
    frames(frames) {
      send({ type: "frames", frames });
      first ??= frames[0];
      for (const frame of frames) activity.push(Date.parse(frame.at));
      if (activity.length > ACTIVITY_MAX) activity.splice(0, activity.length - ACTIVITY_MAX);
      const last = activity.at(-1);
      const told = span.value;
      if (last === undefined || (told !== undefined && last - told.last < SPAN_STEP_MS)) return;
      span.value = { first: told?.first ?? activity[0] ?? last, last };
    },
    display: (display) => send({ type: "display", display }),
  });

  const id = () => feed.display.value?.id;
  const batch = batchTo(async (signals) => {
    const display = id();
    if (display === undefined) return;
    try {
      await request(SendSignals, { display, signals });
    } catch (cause) {
      const lost = signals.some((json) => remote.has((JSON.parse(json) as Act).kind));
      if (lost) notify("bad", failureWords(cause instanceof ApiError ? cause.code : "page"));
    }
  });

  const changeWidget = async (name: string, basedOn: number, state: string) => {
    const display = id();
    if (display === undefined) return;
    const acted = await act(ChangeWidget, { display, widget: name, basedOn, state });
    // Who was a moment too late sees what the other one did.
    if (acted.kind !== "refused" || acted.code !== "display.widget_stale") tell(acted);
    send({ type: "widget", name, basedOn, taken: acted.kind === "done" });
  };

  return {
    feed,
    page,
    visited,
    span,
    activity,
    firstFrame: () => first,
    ready(sendThere) {
      const again = toMirror !== undefined;
      toMirror = sendThere;
      send({ type: "init", me, mode: "live" });
      send({ type: "tool", tool });
      const complete = !again && waiting.length <= WAITING_MAX;
      const before = waiting;
      waiting = [];
      if (complete) before.forEach(send);
      else feed.restart();
    },
    hear(message) {
      switch (message.type) {
        case "gap":
          feed.mend(message.pageLoad, message.after);
          break;
        case "signal":
          batch.put(message.signal);
          break;
        case "widget":
          void changeWidget(message.name, message.basedOn, message.state);
          break;
        case "page": {
          const { pageLoad, url, title } = message;
          page.value = { pageLoad, url, title };
          visited.value = [page.value, ...visited.value.filter((one) => one.url !== url)].slice(0, VISITED_MAX);
          break;
        }
        case "key":
          // The mirror has the focus: the shortcuts of this page go on working.
          document.dispatchEvent(new KeyboardEvent("keydown", { key: message.key, code: message.code, bubbles: true, cancelable: true }));
          break;
        case "ready":
        case "size":
        case "painted":
          break;
      }
    },
    send,
    act(what) {
      const pageLoad = page.value?.pageLoad;
      if (pageLoad !== undefined) batch.put({ ...what, pageLoad });
    },
    setTool(chosen) {
      tool = chosen;
      send({ type: "tool", tool });
    },
    stop() {
      batch.drop();
      feed.stop();
    },
  };
}
