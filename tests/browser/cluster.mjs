// Lockstep as an operator runs it on Kafka and PostgreSQL: every role a process of its own, each with its own
// permissions, the customers' web server behind its link. Killed and started again as one.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { processOf } from "./process.mjs";

/** In the order in which they are started: who decides first, who is asked last. */
const roles = ["decide", "effects", "project", "desk", "edge", "gateway"];

/**
 * `services` and `certificates` are the folders that `cargo xtask services` and `certificates` made; `origins` are web
 * sites of the company's beside the demo's.
 */
export async function clusterOf(binary, dataDir, services, certificates, { origins = [] } = {}) {
  const { kafka, postgres } = JSON.parse(await readFile(join(services, "services.json"), "utf8"));
  const [edge, desk, mirror, demo, link] = await Promise.all([free(), free(), free(), free(), free()]);
  const complaints = [];
  const processes = Object.fromEntries(roles.map((role) => [role, processOf(binary, role, complaints)]));

  const log = (user) => ["--kafka", kafka.bootstrap, "--kafka-user", user, "--kafka-password-file", kafka.users[user]];
  const stores = (user) => [
    ...["--postgres", `postgres://${user}@${postgres.host}:${postgres.port}/${postgres.database}`],
    ...["--postgres-password-file", postgres.users[user]],
  ];
  const node = (role) => ["--role", role, "--node", role, "--data-dir", join(dataDir, role), "--ops", "127.0.0.1:0"];
  const secrets = ["--secrets", join(dataDir, "secrets")];
  const linkAs = (side) => [
    ...["--link-certificate", join(certificates, `${side}.pem`), "--link-key", join(certificates, `${side}.key`)],
    ...["--link-ca", join(certificates, "ca.pem")],
  ];
  const allowed = [`http://${demo}`, ...origins].flatMap((origin) => ["--allowed-origin", origin]);
  const flags = {
    decide: [...log("decide")],
    effects: [...log("effects"), ...stores("lockstep_effects")],
    project: [...log("project"), ...stores("lockstep_project")],
    desk: [...log("desk"), ...stores("lockstep_desk"), ...secrets, "--demo", "--desk", desk, "--mirror", mirror, "--demo-site", demo, "--edge-url", `http://${edge}`, ...allowed],
    edge: ["--edge", edge, ...allowed, "--link-listen", link, "--link-from", "127.0.0.1/32", ...linkAs("edge")],
    gateway: [...log("gateway"), ...stores("lockstep_gateway"), ...secrets, "--demo", ...allowed, "--link-dial", link, ...linkAs("gateway")],
  };

  const run = promisify(execFile);
  const all = (act) => Promise.all(roles.map((role) => act(processes[role])));
  const start = async () => {
    try {
      for (const role of roles) await processes[role].start([...node(role), ...flags[role]]);
    } catch (failed) {
      await all((one) => one.kill());
      throw failed;
    }
  };

  await run(binary, ["migrate", ...stores("lockstep_owner")]);
  await start();
  return {
    edge: `http://${edge}`,
    desk: `http://${desk}`,
    mirror: `http://${mirror}`,
    demo: `http://${demo}`,
    complaints,
    start,
    kill: () => all((one) => one.kill()),
    stop: async () => {
      // An edge that goes first is a lost link to its gateway, and is complained of.
      await processes.gateway.stop();
      await all((one) => one.stop());
    },
    verify: async () => (await run(binary, ["log", "verify", ...log("desk")])).stdout,
    erase: (subject, password) => run(binary, ["erase", subject, "--yes", "--desk", `http://${desk}`, "--admin-password", password]),
    processes,
  };
}

/** An address that nobody listens at. */
async function free() {
  const socket = createServer();
  await new Promise((listening) => socket.listen(0, "127.0.0.1", listening));
  const { port } = socket.address();
  await new Promise((closed) => socket.close(closed));
  return `127.0.0.1:${port}`;
}
