// The display as it comes from the server: decided state as a signal, frames as they arrive; it goes on where it was lost.
import { signal, type ReadonlySignal } from "@preact/signals";
import type { ApiError } from "../graphql/document";
import { follow } from "../graphql/socket";
import { DisplayLive, type Display, type Frame } from "./documents";

/** After the server ended the subscription by itself. */
const START_AGAIN_MS = 1_000;
/** Frames whose place in the log is remembered, so that a gap can be mended from there. */
const PLACES_MAX = 2_000;

export interface Feed {
  readonly display: ReadonlySignal<Display | undefined>;
  readonly error: ReadonlySignal<ApiError | undefined>;
  /** Begins anew with the whole picture: the mirror has forgotten what it had. */
  restart(): void;
  /** Frames of a page load are missing after `seq`: they are read from the log again. */
  mend(pageLoad: number, seq: number): void;
  stop(): void;
}

interface Reader {
  reset(): void;
  frames(frames: readonly Frame[]): void;
  display(display: Display): void;
}

export function followDisplay(visit: string, reader: Reader): Feed {
  const display = signal<Display | undefined>(undefined);
  const error = signal<ApiError | undefined>(undefined);
  const places = placesOf(PLACES_MAX);
  let since: string | undefined;
  let turn = 0;
  let unsubscribe: () => void = () => undefined;
  let restarting: ReturnType<typeof setTimeout> | undefined;

  const start = () => {
    unsubscribe();
    clearTimeout(restarting);
    turn += 1;
    const mine = turn;
    const variables = {
      visit,
      // Read whenever the socket comes back.
      get since() {
        return since ?? null;
      },
    };
    unsubscribe = follow(DisplayLive, variables, {
      next({ display: news }) {
        if (mine !== turn) return;
        error.value = undefined;
        since = news.position;
        // Frames before all else: they are what somebody waits for.
        if (news.reset) {
          places.clear();
          reader.reset();
        }
        for (const frame of news.frames) if (frame.kind === "FRAME") places.set(frame.pageLoad, frame.seq, frame.position);
        if (news.frames.length > 0) reader.frames(news.frames);
        // Null: as before.
        if (news.display !== null) {
          reader.display(news.display);
          display.value = news.display;
        }
      },
      error(problem) {
        if (mine === turn) error.value = problem;
      },
      ended() {
        if (mine === turn) restarting = setTimeout(start, START_AGAIN_MS);
      },
    });
  };
  start();

  return {
    display,
    error,
    restart() {
      since = undefined;
      start();
    },
    mend(pageLoad, seq) {
      since = places.get(pageLoad, seq);
      start();
    },
    stop() {
      turn += 1;
      clearTimeout(restarting);
      unsubscribe();
    },
  };
}

/** Where the last frames stand in the log. */
export function placesOf(max: number) {
  const places = new Map<string, string>();
  return {
    set(pageLoad: number, seq: number, position: string) {
      places.set(`${pageLoad}:${seq}`, position);
      for (const oldest of places.keys()) {
        if (places.size <= max) break;
        places.delete(oldest);
      }
    },
    get: (pageLoad: number, seq: number): string | undefined => places.get(`${pageLoad}:${seq}`),
    clear: () => places.clear(),
  };
}
