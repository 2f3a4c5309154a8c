// One frame as it travels: a short head, then the compressed JSON of its events.
import { jsonOf as textOf } from "../widget/json";
import { kind, type RecordedEvent } from "./rrweb";

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

export function jsonOf(events: readonly RecordedEvent[]): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(textOf(events));
  if (json.length > json_bytes_max) throw new TooLarge(json.length, json_bytes_max);
  return json;
}

export async function deflated(json: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (json.length <= as_it_is_bytes_max) return asItIs(json);
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const body = new Uint8Array(await new Response(stream).arrayBuffer());
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
