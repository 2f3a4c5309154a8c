// Ada shows Dana her page, and beside it the relay carries the same page between two plain ones.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { signInAsStaff } from "../agent.mjs";
import { customerAt, notSignedIn, password } from "../display/ground.mjs";
import { StaffDisplay } from "../display/staff-display.mjs";
import { wide } from "../stage.mjs";
import { notes } from "./inside.mjs";

const page = "/tariffs";

export async function displayOf(stage, server) {
  const ada = await customerAt(stage, "Ada", server.demo);
  const { page: desk, context } = await stage.person("Dana", { size: wide });
  for (const one of [ada.context, context]) await one.addInitScript(notes);
  await stage.tolerating([notSignedIn], () => signInAsStaff(desk, `${server.desk}/`, "dana", password));
  const dana = new StaffDisplay(desk, context, server);
  await dana.available();
  await ada.customer.signIn("Ada");
  await ada.customer.goto(page);
  await ada.ask("Bills and payments");
  await dana.accept();
  await ada.agree();
  await ada.customer.minimise();
  await dana.shows(page);
  return { ada, dana };
}

export async function relayOf(stage, server) {
  const relay = fork(join(import.meta.dirname, "relay.mjs"), [server.demo]);
  const [{ port }] = await once(relay, "message");
  const site = `http://127.0.0.1:${port}`;
  const opened = async (who, path, size) => {
    const { page } = await stage.person(who, { size });
    await page.goto(site + path);
    await page.waitForFunction(() => window.relay !== undefined);
    return page;
  };
  return {
    site,
    /** The agent is there first: the relay remembers nothing. */
    async open() {
      const agent = await opened("The relay's agent", "/bench/agent", wide);
      return { agent, customer: await opened("The relay's customer", `${page}?relayed`) };
    },
    close: () => relay.disconnect(),
  };
}
