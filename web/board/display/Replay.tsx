// A contact seen again: the page, and below it everything that was said and decided, on one timeline.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useDisplayConfig } from "../../shared/display/config";
import type { Display } from "../../shared/display/documents";
import { readRecording } from "../../shared/display/earlier";
import { Mirror, type Send } from "../../shared/display/Mirror";
import "../../shared/display/pane.css";
import { usePlayhead } from "../../shared/display/usePlayhead";
import { ApiError } from "../../shared/graphql/document";
import { useShortcut } from "../../shared/lib/shortcuts";
import { Empty, Failed, Loading } from "../../shared/ui/States";
import type { ContactDetail } from "../documents";
import { actorWords } from "../contact/actor";
import { marksOf, spanOf } from "./marks";
import { Moments } from "./Moments";
import "./replay.css";
import { Timeline } from "./Timeline";

const STEP_MS = 5_000;

type Loaded = { state: "reading" | "whole"; instants: number[] } | { state: "failed"; error: ApiError };

export function Replay({ detail, display }: { detail: ContactDetail; display: Display | undefined }) {
  const config = useDisplayConfig();
  const [loaded, setLoaded] = useState<Loaded>({ state: "reading", instants: [] });
  const send = useRef<Send>(() => undefined);
  const turn = useRef(0);
  /** The first picture's instant. */
  const first = useRef<number | undefined>(undefined);
  useEffect(() => () => void (turn.current += 1), []);
  const marks = useMemo(() => {
    const names = new Map([...(display?.watchers ?? []), ...(display?.invited ?? [])].map((one) => [one.staff, one.name]));
    if (detail.row.agent != null) names.set(detail.row.agent, detail.row.agentName);
    const customer = detail.pop.customerName ?? "Visitor";
    return marksOf(detail, { agent: detail.row.agentName ?? "Agent", customer, actor: (actor) => actorWords(actor, names) });
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
        const error = cause instanceof ApiError ? cause : new ApiError("Something went wrong on this page.", "page");
        if (mine === turn.current) setLoaded({ state: "failed", error });
      },
    );
  };

  if (config === null) return <Empty icon="unlink" title="The replay cannot be opened">The server does not say where the mirror is.</Empty>;
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
                <Loading label="Reading the recording" lines={4} />
              ) : (
                <Empty icon="eye" title="Nothing was recorded">
                  The customer agreed, but no picture of the page was taken, or it is no longer kept.
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
  useShortcut({ keys: " ", does: head.playing ? "Pause" : "Play", group: "Dialog" }, () => head.play(!head.playing));
  useShortcut({ keys: "ArrowLeft", does: "Five seconds back", group: "Dialog" }, () => head.go(head.at - STEP_MS));
  useShortcut({ keys: "ArrowRight", does: "Five seconds on", group: "Dialog" }, () => head.go(head.at + STEP_MS));
  return (
    <>
      <Timeline head={head} begin={begin} end={end} marks={marks} instants={instants} whole={whole} />
      <Moments marks={marks} at={head.at} go={head.go} />
    </>
  );
}
