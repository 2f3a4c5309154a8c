// From a change of the customer's page until it is painted at the agent, change by change beside a trivial relay.
import { setTimeout as pause } from "node:timers/promises";
import { percentile } from "./figures.mjs";
import { change, clockAhead, mark, seen, tick, watch } from "./inside.mjs";
import { stages } from "./stages.mjs";

const patience_ms = 10_000;
/** Between one change and the next on a quiet page, and for how long a busy page has been busy when it changes. */
const quiet_ms = [60, 400];
const busy_ms = [100, 300];
const tick_ms = 20;
/** What Lockstep may take longer than the relay. */
const over_max_ms = { 50: 5, 95: 15 };
const parts = [50, 95, 99];

const between = ([least, most]) => least + Math.random() * (most - least);
const shuffled = (list) => list.map((one) => [Math.random(), one]).sort(([a], [b]) => a - b).map(([, one]) => one);

/** `relay` has the pages of its customer and its agent. */
export async function latency({ says, figure }, { ada, dana }, relay, changes) {
  const ours = await laneOf(ada.page, await dana.frame(), "#stage iframe");
  const bare = await laneOf(relay.customer, relay.agent, "iframe");
  const gather = (on) => relay.customer.evaluate((gathers) => window.relay.gather(gathers), on);
  /** Prints what each lane took, and how much more a display takes than what it is measured beside. */
  const print = (name, took, beside) => {
    for (const part of parts) {
      for (const lane of Object.keys(took)) figure(`${name}_${lane}_p${part}`, at(took[lane], part), "ms");
    }
    for (const part of parts) figure(`${name}_over_${beside}_p${part}`, at(took.display, part) - at(took[beside], part), "ms", over_max_ms[part]);
  };

  says(`painted: from the change of a text on the customer's page until the first animation frame that has it in the agent's copy; ${changes} changes, one lane after the other for each`);
  says("relay: @rrweb/record on the same page without its scripts, every event as JSON at once through a bare WebSocket relay in a process of its own, @rrweb/replay applies on arrival");
  const quiet = await interleaved(changes, {
    display: () => quietly(ours),
    relay: () => quietly(bare),
  });
  print("painted", quiet, "relay");
  await stages(figure, dana.page, ours, quiet.display);

  const fewer = Math.ceil(changes / 2);
  says(`busy: another text of the page changes every ${tick_ms} ms meanwhile; ${fewer} changes`);
  says("gathering_relay: the same relay, whose customer gathers events as Lockstep's recorder does, the first at once and what follows within 50 ms together");
  const busy = await interleaved(fewer, {
    display: () => busily(ours),
    relay: () => busily(bare),
    gathering_relay: async () => {
      await gather(true);
      const took = await busily(bare);
      await gather(false);
      return took;
    },
  });
  print("busy_painted", busy, "gathering_relay");
}

/** A customer's page and the agent's copy of it, with how far the clock of each is off. */
async function laneOf(customer, copy, frame) {
  await copy.evaluate(watch, { marker: "begun", frame, patience_ms });
  await customer.evaluate(mark);
  await copy.evaluate(seen);
  return { customer, copy, frame, ahead: { customer: await customer.evaluate(clockAhead), copy: await copy.evaluate(clockAhead) }, changes: 0 };
}

/** Each lane once a turn, in an order of chance. */
async function interleaved(turns, lanes) {
  const took = Object.fromEntries(Object.keys(lanes).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [name, once] of shuffled(Object.entries(lanes))) took[name].push(await once());
  }
  return took;
}

async function quietly(lane) {
  await pause(between(quiet_ms));
  return once(lane);
}

async function busily(lane) {
  await lane.customer.evaluate(tick, tick_ms);
  await pause(between(busy_ms));
  const took = await once(lane);
  await lane.customer.evaluate(tick, null);
  return took;
}

/** When it was changed, applied to the copy, and painted: by the machine's clock, in ms. */
async function once(lane) {
  const marker = `change ${(lane.changes += 1)}`;
  await lane.copy.evaluate(watch, { marker, frame: lane.frame, patience_ms });
  const changed = await lane.customer.evaluate(change, marker);
  const { applied, painted } = await lane.copy.evaluate(seen);
  return { changed: changed + lane.ahead.customer, applied: applied + lane.ahead.copy, painted: painted + lane.ahead.copy };
}

const at = (took, part) => percentile(took.map(({ changed, painted }) => painted - changed), part);
