// The picture of this page, for as long as the customer shows it from this tab: recorder and ingest socket together.
import type * as RecorderModule from "../recorder/main";
import type { Problem, Recorder } from "../recorder/main";
import type { Settings } from "../widget/settings";
import type { Visits } from "../widget/door/visit";
import { ingestTo, type Ingest, type Line } from "./socket/ingest";
import { hear } from "../widget/hear";
import type { Signal } from "./signal/signal";

interface RecordingWorld {
  settings: Settings;
  visits: Visits;
  pageLoad: number;
  onLine(line: Line | null): void;
  onSignals(signals: readonly Signal[]): void;
  onProblem(problem: Problem): void;
}

export interface Recording {
  /** The display that is to be fed; null: nothing leaves the page from this moment on. */
  want(display: string | null): void;
  readonly recorder: Recorder | null;
}

export function recordingOf({ settings, visits, pageLoad, onLine, onSignals, onProblem }: RecordingWorld): Recording {
  const address = `${settings.edge}/recorder.js`;
  let loaded: Promise<typeof RecorderModule> | null = null;
  let wanted: string | null = null;
  let ingest: Ingest | null = null;
  let recorder: Recorder | null = null;
  let full = false;

  const stopRecorder = () => {
    recorder?.stop();
    recorder = null;
  };
  const record = (module: typeof RecorderModule, into: Ingest) => {
    if (ingest !== into || recorder !== null || full) return;
    recorder = module.startRecorder({ settings, send: (frame) => into.push(frame), onProblem });
  };
  const begin = (into: Ingest) => {
    loaded ??= import(/* @vite-ignore */ address) as Promise<typeof RecorderModule>;
    loaded.then(
      (module) => {
        try {
          record(module, into);
        } catch (cause) {
          onProblem({ is: "stopped", message: cause instanceof Error ? cause.message : String(cause) });
        }
      },
      () => {
        loaded = null;
        onProblem({ is: "stopped", message: "the recorder could not be loaded" });
      },
    );
  };

  hear(window, "online", () => ingest?.hurry());
  return {
    get recorder() {
      return recorder;
    },
    want(display) {
      if (display === wanted) return;
      wanted = display;
      stopRecorder();
      ingest?.close();
      ingest = null;
      full = false;
      if (display === null) return onLine(null);
      const mine = ingestTo({
        url: `${settings.edge.replace(/^http/, "ws")}/display`,
        display,
        pageLoad,
        token: () => visits.token(),
        renew: (token) => visits.renew(token),
        connect: (url) => new WebSocket(url),
        now: () => Date.now(),
        after(milliseconds, work) {
          const timer = setTimeout(work, milliseconds);
          return () => clearTimeout(timer);
        },
        onLine,
        onSignals,
        onGap: () => recorder?.snapshot(),
        onFull(isFull) {
          full = isFull;
          if (isFull) stopRecorder();
          else begin(mine);
        },
      });
      ingest = mine;
      begin(mine);
    },
  };
}
