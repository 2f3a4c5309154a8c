// A customer's way to us from another network: an HTTP proxy whose own connections start at the address it is given.
import http from "node:http";
import net from "node:net";

/** Every address of 127.0.0.0/8 is this machine's, so the server sees a real, different peer. */
export async function networkAt(localAddress) {
  const proxy = http.createServer((asked, answer) => {
    const to = new URL(asked.url);
    const onward = http.request(
      { host: to.hostname, port: to.port, path: to.pathname + to.search, method: asked.method, headers: asked.headers, localAddress },
      (reply) => {
        answer.writeHead(reply.statusCode, reply.rawHeaders);
        reply.pipe(answer);
      },
    );
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  proxy.on("connect", (asked, client) => {
    const { hostname, port } = new URL(`http://${asked.url}`);
    const onward = net.connect({ host: hostname, port: Number(port), localAddress }, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(client);
      client.pipe(onward);
    });
    onward.on("error", () => client.destroy());
    client.on("error", () => onward.destroy());
  });
  await new Promise((listening) => proxy.listen(0, "127.0.0.1", listening));
  return {
    address: localAddress,
    server: `http://127.0.0.1:${proxy.address().port}`,
    close() {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}
