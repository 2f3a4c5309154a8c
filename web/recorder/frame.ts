// One frame as it travels: a short head, then the compressed JSON of its events.
import { jsonOf as textOf } from "../widget/json";
import { kind, type RecordedEvent } from "./rrweb";
import { nextTask, whole, type Slices } from "./slices";

export const json_bytes_max = 8 * 1024 * 1024;
export const frame_bytes_max = 2 * 1024 * 1024;
const version = 1;
const head_bytes = 14;
const begins_full = 1;
/** Up to here it goes as it is: to compress it takes longer than to send it. */
const as_it_is_bytes_max = 1024;

export interface Frame {
  /** From 1, dense within the page load. */
  seq: number;
  /** It begins with a full snapshot. */
  full: boolean;
  bytes: Uint8Array<ArrayBuffer>;
}

/** More than the edge takes. */
export class TooLarge extends Error {
  constructor(
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(`this page is too large to be shown: ${bytes} bytes, at most ${limit}`);
  }
}

export const beginsFull = (events: readonly RecordedEvent[]): boolean => events[0]?.type === kind.meta && events[1]?.type === kind.full;

export const jsonOf = (events: readonly RecordedEvent[]): Uint8Array<ArrayBuffer> => whole(jsonSlices(events));

/** So many characters are written at once. */
const piece_chars = 16 * 1024;

export function* jsonSlices(events: readonly RecordedEvent[]): Slices<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let text = "";
  const cut = () => {
    pieces.push(encoder.encode(text));
    bytes += pieces.at(-1)?.length ?? 0;
    text = "";
    if (bytes > json_bytes_max) throw new TooLarge(bytes, json_bytes_max);
  };
  for (const piece of piecesOf(events)) {
    text += piece;
    if (text.length > piece_chars) {
      cut();
      yield;
    }
  }
  cut();
  const json = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    json.set(piece, at);
    at += piece.length;
  }
  return json;
}

/** What may be as long as a page, and leads there. */
const long = ["childNodes", "adds", "node", "data"] as const;

/** JSON, node by node where there may be many. */
function* piecesOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    yield "[";
    // By number: what a page has put in the place of `entries` may not count.
    for (let n = 0; n < value.length; n++) {
      const one: unknown = value[n];
      if (n > 0) yield ",";
      yield* piecesOf(one);
    }
    return yield "]";
  }
  const name = typeof value === "object" && value !== null ? long.find((one) => one in value) : undefined;
  if (name === undefined) return yield textOf(value);
  const { [name]: within, ...others } = value as Record<string, unknown>;
  const head = textOf(others);
  yield `${head.slice(0, -1)}${head === "{}" ? "" : ","}"${name}":`;
  if (Array.isArray(within) && within.length === 0) yield "[]";
  else yield* piecesOf(within);
  yield "}";
}

/** So many bytes are compressed at once. */
const chunk_bytes = 64 * 1024;

export async function deflated(json: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (json.length <= as_it_is_bytes_max) return asItIs(json);
  const { readable, writable } = new CompressionStream("deflate-raw");
  const compressed = new Response(readable).arrayBuffer();
  const writer = writable.getWriter();
  for (let at = 0; at < json.length; at += chunk_bytes) {
    await writer.write(json.subarray(at, at + chunk_bytes));
    if (json.length > chunk_bytes) await nextTask();
  }
  await writer.close();
  const body = new Uint8Array(await compressed);
  if (body.length + head_bytes > frame_bytes_max) throw new TooLarge(body.length, frame_bytes_max);
  return body;
}

/** The one stored block of RFC 1951, 3.2.4. */
function asItIs(json: Uint8Array): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(5 + json.length);
  const head = new DataView(block.buffer);
  head.setUint8(0, 1);
  head.setUint16(1, json.length, true);
  head.setUint16(3, ~json.length, true);
  block.set(json, 5);
  return block;
}

export function frameOf(seq: number, full: boolean, at: number, body: Uint8Array): Frame {
  const bytes = new Uint8Array(head_bytes + body.length);
  const head = new DataView(bytes.buffer);
  head.setUint8(0, version);
  head.setUint8(1, full ? begins_full : 0);
  head.setUint32(2, seq);
  head.setBigInt64(6, BigInt(Math.round(at)));
  bytes.set(body, head_bytes);
  return { seq, full, bytes };
}
