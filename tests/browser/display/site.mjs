// A small web site of the story's own: pages by their paths, and a count of who asked for what.
import http from "node:http";

const page_type = "text/html; charset=utf-8";

/** `pages`: path → a body, `{ type, body }`, or a function of the request that answers one. */
export async function siteOf(pages = {}) {
  const asked = [];
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://here");
    asked.push({ from: request.socket.remoteAddress, method: request.method, path: request.url, referrer: request.headers.referer, kind: request.headers["sec-fetch-dest"] });
    if (pathname === "/favicon.ico") return void response.writeHead(204).end();
    const found = pages[pathname];
    const said = typeof found === "function" ? await found(request) : found;
    if (said === undefined) {
      response.writeHead(404, { "content-type": "text/plain", "access-control-allow-origin": "*" }).end("nothing here");
      return;
    }
    const { type = page_type, body, headers = {} } = typeof said === "string" || Buffer.isBuffer(said) ? { body: said } : said;
    response.writeHead(200, { "content-type": type, "cache-control": "no-store", ...headers }).end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    pages,
    asked,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The one script that a company puts on its pages. */
export const widgetTag = (edge, attributes = {}) =>
  `<script src="${edge}/widget.js" async data-site="demo" ${Object.entries(attributes)
    .map(([name, value]) => `${name}="${value}"`)
    .join(" ")}></script>`;
