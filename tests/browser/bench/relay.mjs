// What displays are measured beside: the smallest WebSocket relay, a process of its own, which hands every message to
// everybody else. It also serves the company's pages without their scripts, and the two plain pages of `pages/`.
//
//   node relay.mjs http://127.0.0.1:PORT     the company's site; says its own port to its parent
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, resolve } from "node:path";

const [company] = process.argv.slice(2);
const here = import.meta.dirname;
const web = resolve(here, "../../../web");
const rrweb = join(web, "node_modules/@rrweb");
const files = {
  "/bench/record.js": join(rrweb, "record/dist/record.js"),
  "/bench/replay.js": join(rrweb, "replay/dist/replay.js"),
  "/bench/recorder.js": join(web, "dist/edge/recorder.js"),
  "/bench/customer.js": join(here, "pages/customer.js"),
  "/bench/agent.js": join(here, "pages/agent.js"),
  "/bench/agent": join(here, "pages/agent.html"),
};
const script = /<script\b[^>]*>[\s\S]*?<\/script>/gi;
/** Of RFC 6455: what a handshake's key is hashed with. */
const handshake_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const opcode = { text: 1, close: 8 };

const server = createServer((asked, answer) => {
  respond(new URL(asked.url, "http://relay")).then(
    ({ type, body }) => answer.writeHead(200, { "content-type": type }).end(body),
    (cause) => answer.writeHead(502).end(String(cause)),
  );
});

async function respond({ pathname, search, searchParams }) {
  const file = files[pathname];
  if (file !== undefined) return { type: file.endsWith(".js") ? "text/javascript" : "text/html", body: await readFile(file) };
  if (pathname === "/bench/nodes") return { type: "text/html", body: pageOf(Number(searchParams.get("count"))) };
  const reply = await fetch(company + pathname + search);
  const type = reply.headers.get("content-type") ?? "application/octet-stream";
  const body = Buffer.from(await reply.arrayBuffer());
  if (!type.startsWith("text/html")) return { type, body };
  const relayed = searchParams.has("relayed") ? '<script type="module" src="/bench/customer.js"></script></body>' : "</body>";
  return { type, body: body.toString().replace(script, "").replace("</body>", relayed) };
}

/** A plain page of about so many nodes. */
function pageOf(nodes) {
  const row = (n) => `<div class="row"><span>Line ${n}</span><b>${(n * 7919) % 1000} units</b></div>`;
  return `<!doctype html><html lang="en"><title>Many nodes</title><body><main>${Array.from({ length: nodes / 5 }, (_, n) => row(n)).join("")}</main></body></html>`;
}

const sockets = new Set();
server.on("upgrade", (asked, socket) => {
  const accept = createHash("sha1").update(asked.headers["sec-websocket-key"] + handshake_suffix).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.setNoDelay(true);
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
  socket.on("error", () => socket.destroy());
  eachMessage(socket, (message) => {
    for (const other of sockets) if (other !== socket) other.write(message);
  });
});

/** Hands on each text message, whole and as a server writes it. */
function eachMessage(socket, take) {
  let bytes = Buffer.alloc(0);
  let parts = [];
  socket.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let frame = firstFrame(bytes); frame !== null; frame = firstFrame(bytes)) {
      bytes = bytes.subarray(frame.end);
      if (frame.opcode === opcode.close) socket.end();
      if (frame.opcode >= opcode.close) continue;
      parts.push(frame.payload);
      if (!frame.last) continue;
      take(written(Buffer.concat(parts)));
      parts = [];
    }
  });
}

/** Null: it has not come whole yet. */
function firstFrame(bytes) {
  if (bytes.length < 2) return null;
  const short = bytes[1] & 127;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < head + 4) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = head + 4 + length;
  if (bytes.length < end) return null;
  const mask = bytes.subarray(head, head + 4);
  const payload = Buffer.from(bytes.subarray(head + 4, end));
  for (let at = 0; at < length; at += 1) payload[at] ^= mask[at & 3];
  return { last: bytes[0] >= 128, opcode: bytes[0] & 15, payload, end };
}

function written(payload) {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 128 | opcode.text;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
