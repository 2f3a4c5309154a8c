// A contact seen again: the page, and below it everything that was said and decided, on one timeline.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useDisplayConfig } from "../../shared/display/config";
import type { Display } from "../../shared/display/documents";
import { readRecording } from "../../shared/display/earlier";
import { Mirror, type Send } from "../../shared/display/Mirror";
import "../../shared/display/pane.css";
import { usePlayhead } from "../../shared/display/usePlayhead";
import { ApiError } from "../../shared/graphql/document";
import { nameIn } from "../../shared/lib/name";
import { useShortcut } from "../../shared/lib/shortcuts";
import type { Titles } from "../../shared/live/policy";
import { Empty, Failed, Loading } from "../../shared/ui/States";
import { say } from "../../shared/words/say";
import type { ContactDetail } from "../documents";
import { namesOf, tellingOf } from "../contact/telling";
import { marksOf, spanOf } from "./marks";
import { Moments } from "./Moments";
import "./replay.css";
import { Timeline } from "./Timeline";

const STEP_MS = 5_000;

type Loaded = { state: "reading" | "whole"; instants: number[] } | { state: "failed"; error: ApiError };

interface Props {
  detail: ContactDetail;
  titles: Titles;
  display: Display | undefined;
}

export function Replay({ detail, titles, display }: Props) {
  const config = useDisplayConfig();
  const [loaded, setLoaded] = useState<Loaded>({ state: "reading", instants: [] });
  const send = useRef<Send>(() => undefined);
  const turn = useRef(0);
  /** The first picture's instant. */
  const first = useRef<number | undefined>(undefined);
  useEffect(() => () => void (turn.current += 1), []);
  const marks = useMemo(() => {
    const names = namesOf(detail);
    for (const one of [...(display?.watchers ?? []), ...(display?.invited ?? [])]) names.set(one.staff, one.name);
    const agent = nameIn(detail.row.agentName, say("board.agent.one"));
    return marksOf(detail, { ...tellingOf(detail, titles, names), agent });
  }, [detail, display]);

  const ready = (there: Send) => {
    send.current = there;
    turn.current += 1;
    const mine = turn.current;
    there({ type: "init", me: { staff: "", name: "" }, mode: "replay" });
    if (display) there({ type: "display", display: { ...display, way: "MIRROR", control: null } });
    const instants: number[] = [];
    const reading = readRecording(detail.row.id, (frames) => {
      if (mine !== turn.current) return false;
      // It stands at its first picture until somebody plays it.
      const picture = frames.find((frame) => frame.full) ?? frames[0];
      if (instants.length === 0 && picture) {
        first.current = Date.parse(picture.at);
        there({ type: "seek", at: first.current });
      }
      there({ type: "frames", frames });
      for (const frame of frames) instants.push(Date.parse(frame.at));
      setLoaded({ state: "reading", instants: [...instants] });
      return true;
    });
    reading.then(
      () => mine === turn.current && setLoaded({ state: "whole", instants }),
      (cause: unknown) => {
        const error = cause instanceof ApiError ? cause : new ApiError("something went wrong on this page", "page");
        if (mine === turn.current) setLoaded({ state: "failed", error });
      },
    );
  };

  if (config === null) {
    return (
      <Empty icon="unlink" title={say("board.replay.missing.title")}>
        {say("board.replay.missing.what")}
      </Empty>
    );
  }
  if (loaded.state === "failed") return <Failed error={loaded.error} />;
  const { instants } = loaded;
  return (
    <div class="replay">
      <div class="replay-main">
        <div class="pane-stage">
          {config && <Mirror origin={config.mirror} ready={ready} hear={() => undefined} />}
          {instants.length === 0 && (
            <div class="veil">
              {loaded.state === "reading" ? (
                <Loading label={say("board.replay.reading")} lines={4} />
              ) : (
                <Empty icon="eye" title={say("board.replay.nothing.title")}>
                  {say("board.replay.nothing.what")}
                </Empty>
              )}
            </div>
          )}
        </div>
        {instants.length > 0 && <Controls key={instants[0]} first={first.current} instants={instants} marks={marks} whole={loaded.state === "whole"} seek={(at) => send.current({ type: "seek", at })} />}
      </div>
    </div>
  );
}

interface ControlsProps {
  first: number | undefined;
  instants: number[];
  marks: ReturnType<typeof marksOf>;
  whole: boolean;
  seek: (at: number) => void;
}

function Controls({ first, instants, marks, whole, seek }: ControlsProps) {
  const { begin, end } = spanOf(marks, instants);
  const activity = useMemo(() => [...instants, ...marks.map((mark) => mark.at)].sort((a, b) => a - b), [instants, marks]);
  const head = usePlayhead(begin, end, activity, seek);
  useEffect(() => head.go(first ?? begin), []);
  useShortcut({ keys: " ", does: head.playing ? say("board.replay.keys.pause") : say("board.replay.keys.play"), group: "dialog" }, () => head.play(!head.playing));
  useShortcut({ keys: "ArrowLeft", does: say("board.replay.keys.back"), group: "dialog" }, () => head.go(head.at - STEP_MS));
  useShortcut({ keys: "ArrowRight", does: say("board.replay.keys.on"), group: "dialog" }, () => head.go(head.at + STEP_MS));
  return (
    <>
      <Timeline head={head} begin={begin} end={end} marks={marks} instants={instants} whole={whole} />
      <Moments marks={marks} at={head.at} go={head.go} />
    </>
  );
}
