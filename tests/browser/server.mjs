// The real server, all in one process: a fresh data directory, free ports, killed and started again on both.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { processOf } from "./process.mjs";

/** `origins` are web sites of the company's beside the demo's. */
export async function serverOf(binary, dataDir, { origins = [] } = {}) {
  let ports = { edge: "127.0.0.1:0", desk: "127.0.0.1:0", mirror: "127.0.0.1:0", demo_site: "127.0.0.1:0" };
  const complaints = [];
  const server = processOf(binary, "the server", complaints);

  const start = async () => {
    const listeners = ["--edge", ports.edge, "--desk", ports.desk, "--mirror", ports.mirror, "--demo-site", ports.demo_site];
    const allowed = origins.flatMap((origin) => ["--allowed-origin", origin]);
    ports = await server.start(["--demo", "--data-dir", dataDir, ...listeners, ...allowed]);
  };
  /** Another command of the same binary on the same data. */
  const run = async (...args) => {
    const { stdout } = await promisify(execFile)(binary, [...args, "--data-dir", dataDir]);
    return stdout;
  };

  await start();
  return {
    get edge() {
      return `http://${ports.edge}`;
    },
    get desk() {
      return `http://${ports.desk}`;
    },
    get mirror() {
      return `http://${ports.mirror}`;
    },
    get demo() {
      return `http://${ports.demo_site}`;
    },
    /** WARN and ERROR lines that nobody expected. */
    complaints,
    start,
    kill: server.kill,
    stop: server.stop,
    verify: () => run("log", "verify"),
    erase: (subject, password) => run("erase", subject, "--yes", "--desk", `http://${ports.desk}`, "--admin-password", password),
  };
}
