// What a story of displays stands on: a server, a browser and a journal; how it begins and how it ends.
//
//   LOCKSTEP_BIN=target/release/lockstep STORY_DIR=target/story-displays node tests/browser/display/displays.mjs
//
// With STORY_SERVICES and STORY_CERTIFICATES it plays on Kafka and PostgreSQL, every role a process of its own.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { signInAsStaff } from "../agent.mjs";
import { clusterOf } from "../cluster.mjs";
import { Customer } from "../customer.mjs";
import { journalOf } from "../journal.mjs";
import { serverOf } from "../server.mjs";
import { stageIn, wide } from "../stage.mjs";
import { CustomerDisplay } from "./customer-display.mjs";
import { StaffDisplay } from "./staff-display.mjs";

const root = resolve(import.meta.dirname, "../../..");
const binary = process.env.LOCKSTEP_BIN ?? join(root, "target/release/lockstep");
export const folder = process.env.STORY_DIR ?? join(root, "target/story-displays");
export const small = process.env.STORY_SMALL === "1";
export const password = "brightwater-demo";

/** What a browser's console says of every request that meets no server. */
export const noServer = [/ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/, /WebSocket connection to .* failed/, /Failed to load resource/];
/** The desk asks who is signed in; before anybody is, the answer is 401, and the console tells. */
export const notSignedIn = /401 \(Unauthorized\).*\/graphql/;

/** Plays the story and ends the process with what came of it. `origins` are further web sites of the company's. */
export async function playing(story, { origins = [] } = {}) {
  const journal = journalOf();
  const dataDir = join(await mkdtemp(join(tmpdir(), "lockstep-story-")), "data");
  const stage = await stageIn(folder);
  const { STORY_SERVICES: services, STORY_CERTIFICATES: certificates } = process.env;
  const server = services ? await clusterOf(binary, dataDir, services, certificates, { origins }) : await serverOf(binary, dataDir, { origins });
  try {
    await story({ journal, stage, server });
    assert.deepEqual(stage.complaints, [], "a browser's console complained");
    assert.deepEqual(server.complaints, [], "the server complained");
    journal.end();
  } catch (cause) {
    console.error(`\nThe story broke at: ${journal.at}\n`, cause);
    for (const complaint of [...stage.complaints, ...server.complaints]) console.error(complaint);
    await stage.lastLook();
    process.exitCode = 1;
  } finally {
    await server.kill();
    await stage.close();
    await journal.save(join(folder, "journal.txt"));
    await rm(dataDir, { recursive: true, force: true });
    // What a broken story left open must not keep it.
    process.exit();
  }
}

/** Somebody at the company's site, or at another of its sites. */
export async function customerAt(stage, who, demo, options) {
  const { page, context } = await stage.person(who, options);
  return Object.assign(new CustomerDisplay(new Customer(page, demo), context), { who });
}

/** Staff at desk or board, signed in. */
export async function staffAt(stage, server, who, { login = who.toLowerCase(), path = "/", size = wide } = {}) {
  const { page, context } = await stage.person(who, { size });
  await stage.tolerating([notSignedIn], () => signInAsStaff(page, `${server.desk}${path}`, login, password));
  return Object.assign(new StaffDisplay(page, context, server), { who });
}

/** The desk's API, as a member of staff without a browser. */
export async function deskApi(server, login) {
  const post = async (path, body, headers = {}) => {
    const response = await fetch(server.desk + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const { token } = await post("/session", { login, password });
  return async (query, variables = {}) => {
    const { data, errors } = await post("/graphql", { query, variables }, { authorization: `Bearer ${token}` });
    if (errors) throw new Error(errors.map(({ message }) => message).join("; "));
    return data;
  };
}

/** Looks again and again, in the rhythm of a browser's own frames, until it answers something. */
export async function until(page, what, look, patience_ms = 10_000) {
  const from = performance.now();
  let last;
  while (performance.now() - from < patience_ms) {
    last = await look();
    if (last) return last;
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => next())));
  }
  throw new Error(`${what} did not happen within ${patience_ms / 1000} s`);
}
