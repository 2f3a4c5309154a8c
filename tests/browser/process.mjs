// One process of the server's binary: started until it says that it is ready, ended by a signal.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const patience_ms = 60_000;

export function processOf(binary, name, complaints) {
  let child;

  /** Resolves with the fields of its word that it is ready. */
  const start = (flags) =>
    new Promise((ready, failed) => {
      const mine = spawn(binary, ["serve", "--log-format", "json", ...flags], { stdio: ["ignore", "ignore", "pipe"] });
      child = mine;
      const said = [];
      const fail = (why) => failed(new Error(`${name} ${why}:\n${said.join("\n")}`));
      const late = setTimeout(() => fail(`was not ready within ${patience_ms / 1000} s`), patience_ms);
      mine.once("error", failed);
      mine.once("exit", (code, signal) => fail(`ended (${signal ?? code}) before it was ready`));
      createInterface({ input: mine.stderr }).on("line", (line) => {
        said.push(line);
        const { level, message, fields } = parsed(line);
        if (level === "WARN" || level === "ERROR") complaints.push(`${name}: ${line}`);
        if ((message ?? fields?.message) !== "ready") return;
        clearTimeout(late);
        ready(fields);
      });
    });

  const ended = (signal) =>
    new Promise((done) => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return done();
      child.once("exit", done);
      child.kill(signal);
    });

  return { start, kill: () => ended("SIGKILL"), stop: () => ended("SIGTERM") };
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
