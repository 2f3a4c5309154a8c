// Frames as bytes: what a hostile browser sends, and what the recording holds.
import { createRequire } from "node:module";
import { deflateRawSync, inflateRawSync } from "node:zlib";

const require = createRequire(new URL("../../../web/package.json", import.meta.url));
const WebSocket = require("ws");

/** One frame as the recorder makes it; every part can be made wrong. */
export function frameOf({ seq, full = false, at = Date.now(), events = [], version = 1, body = deflateRawSync(JSON.stringify(events)) }) {
  const head = Buffer.alloc(14);
  head.writeUInt8(version, 0);
  head.writeUInt8(full ? 1 : 0, 1);
  head.writeUInt32BE(seq, 2);
  head.writeBigInt64BE(BigInt(at), 6);
  return Buffer.concat([head, body]);
}

/** The smallest page that rrweb's format knows, with more in its body. */
export function snapshotOf(href, bodyChildren = [], at = Date.now()) {
  const html = {
    type: 2,
    tagName: "html",
    attributes: {},
    id: 2,
    childNodes: [
      { type: 2, tagName: "head", attributes: {}, childNodes: [], id: 3 },
      { type: 2, tagName: "body", attributes: {}, childNodes: bodyChildren, id: 4 },
    ],
  };
  return [
    { type: 4, timestamp: at, data: { href, width: 1280, height: 720 } },
    { type: 2, timestamp: at, data: { node: { type: 0, childNodes: [html], id: 1 }, initialOffset: { left: 0, top: 0 } } },
  ];
}

export const element = (id, tagName, attributes = {}, childNodes = []) => ({ type: 2, id, tagName, attributes, childNodes });
export const text = (id, textContent) => ({ type: 3, id, textContent });

/** A connection to the edge's ingest socket that notes everything it hears. */
export async function ingestAt(edge, origin, hello) {
  const socket = new WebSocket(`${edge.replace(/^http/, "ws")}/display`, { origin, maxPayload: 0 });
  const heard = [];
  const waiting = new Set();
  /** Code and reason, once it is closed. */
  let closed = null;
  const look = () => waiting.forEach((one) => one());
  socket.on("message", (data, binary) => {
    heard.push(binary ? { binary: data.length } : JSON.parse(String(data)));
    look();
  });
  socket.on("close", (code, reason) => {
    closed = { code, reason: String(reason) };
    look();
  });
  await new Promise((opened, failed) => {
    socket.once("open", opened);
    socket.once("error", failed);
  });
  socket.on("error", () => undefined);
  if (hello !== undefined) socket.send(typeof hello === "string" ? hello : JSON.stringify(hello));
  /** The first thing heard from `from` on that fits; undefined: the connection closed before. */
  const hears = (what, fits, from = 0) =>
    new Promise((found, missed) => {
      const late = setTimeout(() => {
        waiting.delete(one);
        missed(new Error(`the edge never said ${what}; it said ${JSON.stringify(heard.slice(from))}`));
      }, 10_000);
      const one = () => {
        const said = heard.slice(from).find(fits);
        if (said === undefined && closed === null) return;
        clearTimeout(late);
        waiting.delete(one);
        found(said);
      };
      waiting.add(one);
      one();
    });
  return {
    heard,
    get closed() {
      return closed;
    },
    send: (data) => socket.send(data),
    ready: () => hears("that it is ready", ({ ready, refused }) => ready ?? refused),
    refusal: (from) => hears("that it refuses", ({ refused }) => refused !== undefined, from),
    taken: (seq, from) => hears(`that it took ${seq}`, ({ taken }) => taken >= seq, from),
    isClosed: () => hears("anything more", () => false),
    close: () => socket.close(),
  };
}

const page = `query ($contact: UUID!, $after: String) {
  displayRecording(contact: $contact, after: $after, first: 200) {
    edges { node { position pageLoad seq siteSeq at kind full staff data } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const pages_max = 100;

/** Everything recorded of a contact: each frame with its events, unsealed and inflated. */
export async function recordingOf(ask, contact) {
  const frames = [];
  let after = null;
  for (let n = 0; n < pages_max; n++) {
    const { displayRecording } = await ask(page, { contact, after });
    for (const { node } of displayRecording.edges) frames.push({ ...node, ...insideOf(node) });
    if (!displayRecording.pageInfo.hasNextPage) return frames;
    after = displayRecording.pageInfo.endCursor;
  }
  throw new Error(`the recording has more than ${frames.length} frames`);
}

function insideOf({ kind, data }) {
  if (data === null) return { json: "", events: [] };
  if (kind === "SIGNAL") return { json: data, events: [] };
  const json = inflateRawSync(Buffer.from(data, "base64")).toString("utf8");
  return { json, events: JSON.parse(json) };
}

/** Every serialized node in some events: of snapshots and of what was added later. */
export function* nodesOf(events) {
  const deep = function* (node) {
    yield node;
    for (const child of node.childNodes ?? []) yield* deep(child);
  };
  for (const { type, data } of events) {
    if (type === 2) yield* deep(data.node);
    if (type === 3 && data.source === 0) for (const { node } of data.adds) yield* deep(node);
  }
}
