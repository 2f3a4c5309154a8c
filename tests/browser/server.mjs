// The real server as a process of its own: a fresh data directory, free ports, killed and started again on both.
import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const patience_ms = 60_000;

export async function serverOf(binary, dataDir) {
  let ports = { edge: "127.0.0.1:0", desk: "127.0.0.1:0", demo: "127.0.0.1:0" };
  const complaints = [];
  let child;

  const start = () =>
    new Promise((ready, failed) => {
      const flags = ["serve", "--demo", "--log-format", "json", "--data-dir", dataDir];
      const listeners = ["--edge", ports.edge, "--desk", ports.desk, "--demo-site", ports.demo];
      const mine = spawn(binary, [...flags, ...listeners], { stdio: ["ignore", "ignore", "pipe"] });
      child = mine;
      const said = [];
      const late = setTimeout(() => failed(new Error(`the server was not ready within ${patience_ms / 1000} s:\n${said.join("\n")}`)), patience_ms);
      mine.once("error", failed);
      mine.once("exit", (code, signal) => failed(new Error(`the server ended (${signal ?? code}) before it was ready:\n${said.join("\n")}`)));
      createInterface({ input: mine.stderr }).on("line", (line) => {
        said.push(line);
        const { level, message, fields } = parsed(line);
        const text = message ?? fields?.message;
        if (level === "WARN" || level === "ERROR") complaints.push(line);
        if (text !== "ready") return;
        clearTimeout(late);
        ports = { edge: fields.edge, desk: fields.desk, demo: fields.demo_site };
        ready();
      });
    });

  const ended = (signal) =>
    new Promise((done) => {
      if (child.exitCode !== null || child.signalCode !== null) return done();
      child.once("exit", done);
      child.kill(signal);
    });

  await start();
  return {
    get edge() {
      return `http://${ports.edge}`;
    },
    get desk() {
      return `http://${ports.desk}`;
    },
    get demo() {
      return `http://${ports.demo}`;
    },
    /** WARN and ERROR lines that nobody expected. */
    complaints,
    kill: () => ended("SIGKILL"),
    start,
    stop: () => ended("SIGTERM"),
    /** Another command of the same binary on the same data. */
    async run(...args) {
      const { stdout } = await promisify(execFile)(binary, [...args, "--data-dir", dataDir]);
      return stdout;
    },
  };
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
