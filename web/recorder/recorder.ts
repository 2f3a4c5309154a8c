// Records the page that the customer sees, masked, as numbered frames.
import { record } from "@rrweb/record";
import { batchesTo } from "./batch";
import { boxesTo } from "./boxes";
import { beginsFull, deflated, frameOf, jsonSlices, TooLarge, type Frame } from "./frame";
import { boxed, isInside, shared_widget } from "./mask/box";
import { sheetsBy } from "./mask/css";
import { dark_scheme, eventSlices, unsettles } from "./mask/event";
import type { Attributes } from "./mask/attribute";
import { judgeIdsBy } from "./mask/ids";
import { TooDeep } from "./mask/node";
import { privateTo } from "./mask/private";
import { policyOf } from "./mask/policy";
import { mark } from "./mask/words";
import { followDocument } from "./documents";
import { maskedBy } from "./masked";
import { moreOf } from "./more";
import { kind, source, type Nodes, type RecordedEvent } from "./rrweb";
import type { MaskSettings } from "./settings";
import { sliced } from "./slices";

/** Compressed bytes since the last full snapshot, after which there is another: who comes late need not read more. */
export const between_snapshots_bytes_max = 1024 * 1024;
/** So often in a row the page may be impossible to record. */
const failures_max = 3;
/** And so often within a minute something of it may have to be dropped. */
const troubles_max = 30;
const again_ms = 250;
const mouse_ms = 50;
const scroll_ms = 50;

export type Problem =
  /** The page, or one change of it, is more than is taken: recording has stopped if it was the page itself. */
  | { is: "too-large"; bytes: number; limit: number; stopped: boolean; message: string }
  /** Something was not sent, because what it would show could not be told. */
  | { is: "dropped"; message: string }
  /** Recording has stopped. */
  | { is: "stopped"; message: string };

export interface RecorderOptions {
  settings: MaskSettings;
  /** Frames in the order of their numbers. */
  send(frame: Frame): void;
  onProblem(problem: Problem): void;
}

export interface Recorder {
  stop(): void;
  /** Another full snapshot, soon. */
  snapshot(): void;
  /** Only what is in the picture. */
  nodeOf(id: number): Node | null;
  /** Null: not in the picture. */
  idOf(node: Node): number | null;
  /** Whether staff may neither see nor touch it. */
  isPrivate(node: Node): boolean;
}

/** The page load is numbered through, however often recording begins in it. */
let lastSeq = 0;

const wordsOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

export function startRecorder({ settings, send, onProblem }: RecorderOptions): Recorder {
  const policy = policyOf(settings);
  const sheets = sheetsBy(policy);
  judgeIdsBy(policy.shows);
  mark(settings.words ?? null);
  const nodes = (record as unknown as { mirror: Nodes }).mirror;
  let stopped = false;
  let failures = 0;
  let gathered = 0;
  let asked: ReturnType<typeof setTimeout> | undefined;
  let troubles: number[] = [];
  let sending: Promise<void> = Promise.resolve();
  let stopRrweb: (() => void) | undefined = undefined;

  const snapshot = (milliseconds = 0) => {
    if (stopped) return;
    asked ??= setTimeout(() => {
      asked = undefined;
      if (!stopped) record.takeFullSnapshot(true);
    }, milliseconds);
  };
  const failed = (cause: unknown, whole: boolean) => {
    if (stopped) return;
    const now = Date.now();
    troubles = [...troubles.filter((at) => now - at < 60_000), now];
    if (whole) failures += 1;
    const message = wordsOf(cause);
    const over = (whole && (cause instanceof TooLarge || cause instanceof TooDeep)) || failures >= failures_max || troubles.length > troubles_max;
    if (over) stop();
    if (cause instanceof TooLarge) onProblem({ is: "too-large", bytes: cause.bytes, limit: cause.limit, stopped: over, message });
    else onProblem({ is: over ? "stopped" : "dropped", message });
    if (!over) snapshot(again_ms);
  };

  const batches = batchesTo({
    take(events) {
      const full = beginsFull(events);
      const at = events.at(-1)?.timestamp ?? Date.now();
      sending = sending
        .then(async () => {
          const json = await sliced(jsonSlices(events), () => stopped);
          if (json === null) return;
          const body = await deflated(json.value);
          if (stopped) return;
          lastSeq += 1;
          send(frameOf(lastSeq, full, at, body));
          // However large the page itself is: it is what comes after it that is read in vain.
          if (full) gathered = failures = 0;
          else gathered += body.length;
          if (gathered > between_snapshots_bytes_max) snapshot();
        })
        .catch((cause: unknown) => failed(cause, full));
    },
    now: () => performance.now(),
    after(milliseconds, work) {
      if (milliseconds === 0) {
        let off = false;
        queueMicrotask(() => {
          if (!off) work();
        });
        return () => void (off = true);
      }
      const timer = setTimeout(work, milliseconds);
      return () => clearTimeout(timer);
    },
  });
  const boxes = boxesTo(nodes, (event) => batches.add(event));

  /** Something of an element is another that rrweb does not look at. */
  const changed = (element: Element, attributes: Attributes = {}) => {
    const id = nodes.getId(element);
    if (id <= 0 || !element.isConnected) return;
    emit({ type: kind.incremental, timestamp: Date.now(), data: { source: source.mutation, adds: [], removes: [], texts: [], attributes: [{ id, attributes }] } });
  };
  const known = { policy, nodes, changed, whole: snapshot };
  let more = moreOf(known);

  const masked = maskedBy({
    *slices(event) {
      more.before(event);
      yield;
      return yield* eventSlices(event, { policy, sheets, nodes, memo: new Map(), boxed: boxes.add, stale: snapshot, more });
    },
    unsettles: (event) => unsettles(event, { policy, nodes }),
    take: (plain) => batches.add(plain),
    again: () => snapshot(),
    failed: (cause, event) => failed(cause, event.type === kind.full),
  });
  const emit = (event: RecordedEvent) => {
    if (!stopped) masked.add(event);
  };

  /** An element that became a shared widget after it had been recorded as another. */
  const announced = (event: Event) => {
    const element = event.target as Element | null;
    if (element?.matches(shared_widget) === true && nodes.getId(element) > 0 && !boxes.has(element)) snapshot();
  };
  document.addEventListener("lockstep-shared", announced);
  const scheme = matchMedia(dark_scheme);
  const recoloured = () => snapshot();
  scheme.addEventListener("change", recoloured);

  const begin = () => {
    stopRrweb = record({
      emit: emit as never,
      blockSelector: boxed,
      slimDOMOptions: { comment: true },
      sampling: { mousemove: mouse_ms, mousemoveCallback: mouse_ms, scroll: scroll_ms, input: "all" },
      inlineStylesheet: true,
      keepIframeSrcFn: () => false,
      recordAfter: "DOMContentLoaded",
      // What the page itself does wrong with its style sheets passes here, too, and stays its own matter.
      errorHandler: (cause: unknown) => {
        if (!(cause instanceof DOMException)) failed(cause, false);
      },
    });
    if (stopped) stopRrweb?.();
  };
  const documents = followDocument(() => {
    if (stopped) return;
    stopRrweb?.();
    more.stop();
    more = moreOf(known);
    document.addEventListener("lockstep-shared", announced);
    begin();
  });
  begin();

  function stop() {
    stopped = true;
    clearTimeout(asked);
    document.removeEventListener("lockstep-shared", announced);
    scheme.removeEventListener("change", recoloured);
    masked.stop();
    batches.stop();
    boxes.stop();
    documents.stop();
    stopRrweb?.();
    more.stop();
  }

  return {
    stop,
    snapshot: () => snapshot(),
    nodeOf(id) {
      const node = nodes.getNode(id);
      return node === null || !node.isConnected || isInside(node) ? null : node;
    },
    idOf(node) {
      const id = nodes.getId(node);
      return id > 0 && !isInside(node) ? id : null;
    },
    isPrivate: privateTo(policy),
  };
}
